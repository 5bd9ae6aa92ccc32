-- scans: lanes, a row a target, configuration, tree and design; the one row that it gathered
-- Between the last boot that is meant and the first week with one: who asks for what never was does not
-- wait for all there is.
WITH m AS MATERIALIZED (
  SELECT max(w.last) AS last, min(w.week) AS week
  FROM lanes l CROSS JOIN test_weeks w
  WHERE w.path = :path AND w.lane = l.num AND w.week >= (:since + 259200) / 604800
    AND (:target = '' OR l.target = :target) AND (:tree = '' OR l.tree = :tree))
SELECT j.start_time AS "when time", j.target, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design,
       t.status, c.name AS series, NULLIF(c.message_id, '') AS message_id, j.id AS "job id", t.line AS "line int",
       t.job AS key
FROM tests t CROSS JOIN jobs j ON j.num = t.job CROSS JOIN lanes l ON l.num = j.lane
  CROSS JOIN builds b ON b.id = j.build_id CROSS JOIN checkouts c ON c.id = b.checkout_id
WHERE t.path = :path AND t.job < :after
  AND t.job <= CASE WHEN :target = '' AND :tree = '' THEN :after ELSE (SELECT last FROM m) END
  AND t.job >= (SELECT num FROM jobs
                WHERE start_time >= max(:since, CASE WHEN :target = '' AND :tree = '' THEN 0
                                                ELSE (SELECT week * 604800 - 259200 FROM m) END)
                ORDER BY start_time LIMIT 1)
  AND (:target = '' OR l.target = :target) AND (:tree = '' OR l.tree = :tree)
GROUP BY t.job ORDER BY t.job DESC LIMIT :limit;

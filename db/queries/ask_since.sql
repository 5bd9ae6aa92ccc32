-- scans: lanes, a row a target, configuration, tree and design; what it gathered of one test
-- sorts: likewise
WITH good AS MATERIALIZED (
  SELECT l.target, l.tree, l.design, max(w.last) AS last, max(w.last_good) AS num
  FROM lanes l NOT INDEXED CROSS JOIN test_weeks w
  WHERE w.path = :path AND w.lane = l.num AND w.week >= (:since + 259200) / 604800 AND w.runs > 0
    AND l.is_base = 1 AND (:target = '' OR l.target = :target)
  GROUP BY 1, 2, 3),
-- in the week of the last good one, boot by boot
bad AS MATERIALIZED (
  SELECT g.target, g.tree, g.design, g.last, g.num AS good, min(CASE
    WHEN w.first_bad > COALESCE(g.num, 0) THEN w.first_bad
    WHEN w.last_bad > g.num THEN (
      SELECT t.job FROM tests t JOIN jobs j ON j.num = t.job
      WHERE t.path = :path AND t.job > g.num AND t.job <= w.last_bad AND j.lane = w.lane
        AND t.status IN ('FAIL', 'ERROR') ORDER BY t.job LIMIT 1) END) AS bad
  FROM good g CROSS JOIN lanes l CROSS JOIN test_weeks w
  WHERE l.target = g.target AND l.tree = g.tree AND l.design = g.design AND l.is_base = 1
    AND w.path = :path AND w.lane = l.num AND w.week >= (:since + 259200) / 604800 AND w.runs > 0
  GROUP BY 1, 2, 3)
SELECT x.target, x.tree, x.design, CASE WHEN x.bad IS NULL THEN 'good' ELSE 'bad' END AS now,
       y.start_time AS "last_good time",
       (SELECT c.git_commit_hash FROM builds b JOIN checkouts c ON c.id = b.checkout_id WHERE b.id = y.build_id) AS "good_base id",
       y.id AS "good_job id",
       z.start_time AS "first_bad time",
       (SELECT c.git_commit_hash FROM builds d JOIN checkouts c ON c.id = d.checkout_id WHERE d.id = z.build_id) AS "bad_base id",
       z.id AS "bad_job id",
       (x.bad IS NOT NULL) * 1099511627776 + x.last AS key
FROM bad x LEFT JOIN jobs y ON y.num = x.good LEFT JOIN jobs z ON z.num = x.bad
WHERE (x.bad IS NOT NULL) * 1099511627776 + x.last < :after ORDER BY key DESC LIMIT :limit;

SELECT j.start_time AS "when time", j.target, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design,
       t.status, c.name AS series, j.id AS "job id", t.line AS "line int", t.job AS key
FROM tests t JOIN jobs j ON j.num = t.job JOIN builds b ON b.id = j.build_id
  JOIN checkouts c ON c.id = b.checkout_id
WHERE t.path = :path AND t.job < :after
  AND t.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  AND (:target = '' OR j.target = :target) AND (:tree = '' OR c.tree_name = :tree)
GROUP BY t.job ORDER BY t.job DESC LIMIT :limit;

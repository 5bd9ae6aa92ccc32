-- sorts: what one test came to
SELECT j.target, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design, count(*) AS "runs int",
       sum(t.status <> 'PASS') AS "bad int", sum(t.status <> 'PASS') * 100 / count(*) AS "percent int",
       max(CASE WHEN t.status <> 'PASS' THEN j.start_time END) AS "last_bad time", max(j.num) AS key
FROM tests t JOIN jobs j ON j.num = t.job JOIN builds b ON b.id = j.build_id
  JOIN checkouts c ON c.id = b.checkout_id
WHERE t.path = :path AND t.status IN ('PASS', 'FAIL', 'ERROR')
  AND t.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
GROUP BY 1, 2, 3 HAVING key < :after ORDER BY key DESC LIMIT :limit;

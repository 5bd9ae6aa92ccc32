-- sorts: what one test came to
-- Weeks begin on Monday, UTC; 1970 began on a Thursday.
SELECT (j.start_time + 259200) / 604800 * 604800 - 259200 AS "week time", count(*) AS "runs int",
       sum(t.status <> 'PASS') AS "bad int", sum(t.status <> 'PASS') * 100 / count(*) AS "percent int",
       (j.start_time + 259200) / 604800 AS key
FROM tests t JOIN jobs j ON j.num = t.job
WHERE t.path = :path AND t.status IN ('PASS', 'FAIL', 'ERROR')
  AND t.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  AND (:target = '' OR j.target = :target)
GROUP BY key HAVING key < :after ORDER BY key DESC LIMIT :limit;

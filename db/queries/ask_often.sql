-- sorts: the incidents of one signature
-- Weeks as in ask_trend.sql.
SELECT (j.start_time + 259200) / 604800 * 604800 - 259200 AS "week time",
       count(DISTINCT j.num) AS "boots int", count(*) AS "times int",
       count(DISTINCT j.target) AS "targets int", (j.start_time + 259200) / 604800 AS key
FROM incidents n JOIN jobs j ON j.num = n.job
WHERE n.issue = :issue
  AND n.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
GROUP BY key HAVING key < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: a row a day, lab and target
WITH g AS MATERIALIZED (
  SELECT lab, target, sum(boots) AS boots, sum(failed) AS failed, max(last_failed) AS last, max(last) AS num
  FROM job_days WHERE day >= :since / 86400 AND boots > 0
  GROUP BY 1, 2)
SELECT g.lab, g.target, g.boots AS "boots int", g.failed AS "failed int",
       g.failed * 100 / g.boots AS "percent int", j.start_time AS "last_failed time", j.reason,
       j.id AS "job id", g.failed * 4294967296 + g.num AS key
FROM g LEFT JOIN jobs j ON j.num = g.last
WHERE g.failed * 4294967296 + g.num < :after ORDER BY key DESC LIMIT :limit;

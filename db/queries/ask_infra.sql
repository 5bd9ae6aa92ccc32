-- scans: what it gathered
-- sorts: the boots of that time
WITH g AS MATERIALIZED (
  SELECT lab, target, count(*) AS boots, sum(outcome <> 'done') AS failed,
         max(CASE WHEN outcome <> 'done' THEN num END) AS last, max(num) AS num
  FROM jobs
  WHERE num >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  GROUP BY 1, 2)
SELECT g.lab, g.target, g.boots AS "boots int", g.failed AS "failed int",
       g.failed * 100 / g.boots AS "percent int", j.start_time AS "last_failed time", j.reason,
       j.id AS "job id", g.failed * 4294967296 + g.num AS key
FROM g LEFT JOIN jobs j ON j.num = g.last
WHERE g.failed * 4294967296 + g.num < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: builds and boots of that time
WITH g AS MATERIALIZED (
  SELECT 'build' AS step, config_name AS name, count(*) AS runs, avg(duration_ms) AS mean,
         max(duration_ms) AS longest
  FROM builds
  WHERE num >= (SELECT num FROM builds WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  GROUP BY 2
  UNION ALL
  SELECT 'boot', target, count(*), avg(duration_ms), max(duration_ms)
  FROM jobs
  WHERE num >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  GROUP BY +target)
SELECT * FROM (
  SELECT step, name, runs AS "runs int", CAST(mean AS INTEGER) AS "mean_ms int",
         longest AS "longest_ms int",
         CAST(mean AS INTEGER) * 1048576 + row_number() OVER (ORDER BY step, name) AS key
  FROM g)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: a row a day and configuration, or lab and target
WITH g AS MATERIALIZED (
  SELECT 'build' AS step, config AS name, sum(builds) AS runs, sum(ms) / sum(builds) AS mean,
         max(longest_ms) AS longest
  FROM build_days WHERE day >= :since / 86400 AND builds > 0 GROUP BY 2
  UNION ALL
  SELECT 'boot', target, sum(boots), sum(ms) / sum(boots), max(longest_ms)
  FROM job_days WHERE day >= :since / 86400 AND boots > 0 GROUP BY 2)
SELECT * FROM (
  SELECT step, name, runs AS "runs int", mean AS "mean_ms int", longest AS "longest_ms int",
         mean * 1048576 + row_number() OVER (ORDER BY step, name) AS key
  FROM g)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

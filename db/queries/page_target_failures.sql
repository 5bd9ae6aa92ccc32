-- scans: what it gathered
-- sorts: the results of a target's newest 100 boots
WITH n AS MATERIALIZED (
  SELECT num FROM jobs WHERE target = :target AND outcome = 'done' ORDER BY start_time DESC LIMIT 100),
x AS MATERIALIZED (
  SELECT t.path, count(*) AS runs, sum(t.status <> 'PASS') AS bad, max(CASE WHEN t.status <> 'PASS' THEN t.job END) AS last
  FROM n CROSS JOIN tests t ON t.job = n.num WHERE t.status IN ('PASS', 'FAIL', 'ERROR')
  GROUP BY t.path HAVING bad > 0)
SELECT p.path AS test, x.bad AS "bad int", x.runs AS "runs int", x.bad * 100 / x.runs AS "percent int",
       t.status, NULLIF(t.comment, '') AS comment, j.start_time AS "when time", j.id AS "job id", t.line AS "line int",
       x.bad * 4294967296 + x.path AS key
FROM x JOIN test_paths p ON p.num = x.path JOIN jobs j ON j.num = x.last
JOIN tests t ON t.path = x.path AND t.job = x.last
WHERE x.bad * 4294967296 + x.path < :after
GROUP BY x.path ORDER BY key DESC LIMIT :limit;

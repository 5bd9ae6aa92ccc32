-- scans: lanes, a row a target, configuration, tree and design; what it gathered
-- sorts: a row a lane, and the first week's boots one by one
WITH r AS MATERIALIZED (
  SELECT l.num AS lane, sum(w.runs) AS runs, sum(w.bad) AS bad, max(w.last) AS last, max(w.last_bad) AS last_bad
  FROM lanes l CROSS JOIN test_weeks w
  WHERE w.path = :path AND w.lane = l.num AND w.week > (:since + 259200) / 604800 AND w.runs > 0
  GROUP BY l.num
  UNION ALL
  SELECT j.lane, count(*), sum(t.status <> 'PASS'), max(j.num), max(CASE WHEN t.status <> 'PASS' THEN j.num END)
  FROM tests t JOIN jobs j ON j.num = t.job
  WHERE t.path = :path AND t.status IN ('PASS', 'FAIL', 'ERROR')
    AND t.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
    AND t.job <= COALESCE((SELECT num FROM jobs WHERE start_time >= :since + 691200 ORDER BY start_time LIMIT 1), 9223372036854775807)
    AND (j.start_time + 259200) / 604800 = (:since + 259200) / 604800
  GROUP BY 1),
g AS MATERIALIZED (
  SELECT l.target, l.tree, l.design, sum(r.runs) AS runs, sum(r.bad) AS bad, max(r.last_bad) AS last_bad,
         max(r.last) AS last
  FROM r JOIN lanes l ON l.num = r.lane GROUP BY 1, 2, 3)
SELECT g.target, g.tree, g.design, g.runs AS "runs int", g.bad AS "bad int",
       g.bad * 100 / g.runs AS "percent int", j.start_time AS "last_bad time", g.last AS key
FROM g LEFT JOIN jobs j ON j.num = g.last_bad
WHERE g.last < :after ORDER BY key DESC LIMIT :limit;

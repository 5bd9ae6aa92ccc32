-- scans: lanes, a row a target, configuration, tree and design; what it gathered
-- sorts: a row a lane, and the first week's boots one by one
WITH r AS MATERIALIZED (
  SELECT l.num AS lane, sum(w.boots) AS boots, min(w.first) AS first, max(w.last) AS last
  FROM lanes l CROSS JOIN issue_weeks w
  WHERE w.issue = :issue AND w.lane = l.num AND w.week > (:since + 259200) / 604800 AND w.boots > 0
  GROUP BY l.num
  UNION ALL
  SELECT j.lane, count(DISTINCT j.num), min(j.num), max(j.num)
  FROM incidents n JOIN jobs j ON j.num = n.job
  WHERE n.issue = :issue
    AND n.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
    AND n.job <= COALESCE((SELECT num FROM jobs WHERE start_time >= :since + 691200 ORDER BY start_time LIMIT 1), 9223372036854775807)
    AND (j.start_time + 259200) / 604800 = (:since + 259200) / 604800
  GROUP BY 1),
g AS MATERIALIZED (
  SELECT l.target, l.config, l.tree, sum(r.boots) AS boots, min(r.first) AS first, max(r.last) AS last
  FROM r JOIN lanes l ON l.num = r.lane GROUP BY 1, 2, 3)
SELECT g.target, g.config, g.tree, g.boots AS "boots int",
       (SELECT start_time FROM jobs WHERE num = g.first) AS "first time",
       (SELECT start_time FROM jobs WHERE num = g.last) AS "last time", g.last AS key
FROM g WHERE g.last < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: a row a signature and week, and the first week's incidents one by one
WITH r AS MATERIALIZED (
  SELECT issue, sum(boots) AS boots, max(last) AS last FROM issues_weeks
  WHERE week > (:since + 259200) / 604800 AND boots > 0 GROUP BY +issue
  UNION ALL
  SELECT n.issue, count(DISTINCT n.job), max(n.job)
  FROM incidents n JOIN jobs j ON j.num = n.job
  WHERE n.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
    AND n.job <= COALESCE((SELECT num FROM jobs WHERE start_time >= :since + 691200 ORDER BY start_time LIMIT 1), 9223372036854775807)
    AND (j.start_time + 259200) / 604800 = (:since + 259200) / 604800
  GROUP BY +n.issue),
x AS MATERIALIZED (
  SELECT issue, sum(boots) AS boots, max(last) AS last, sum(boots) * 4294967296 + issue AS key
  FROM r GROUP BY 1 HAVING key < :after ORDER BY key DESC LIMIT :limit)
SELECT i.title, x.boots AS "boots int", j.start_time AS "last time", j.target AS last_on,
       i.type, i.id AS "signature id", x.key
FROM x JOIN issues i ON i.num = x.issue JOIN jobs j ON j.num = x.last
ORDER BY x.key DESC LIMIT :limit;

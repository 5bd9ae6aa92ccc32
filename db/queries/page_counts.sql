-- scans: what it gathered
-- sorts: likewise
-- Of the newest 3000 series at most: no page counts all there are.
WITH n AS MATERIALIZED (
  SELECT COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state, s.time
  FROM series s
  LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
  LEFT JOIN verdicts v ON v.num = t.verdict
  WHERE s.num > (SELECT max(num) FROM series) - 3000 AND s.created >= :since)
SELECT * FROM (
  SELECT state, count(*) AS "series int", max(time) AS "newest time",
         count(*) * 1048576 + row_number() OVER (ORDER BY state DESC) AS key
  FROM n GROUP BY state)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

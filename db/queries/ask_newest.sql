-- scans: the numbers of one page
-- sorts: likewise
WITH n AS MATERIALIZED (
  SELECT * FROM (SELECT num FROM series WHERE :source = '' AND num < :after ORDER BY num DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (SELECT num FROM series WHERE source = :source AND num < :after ORDER BY num DESC LIMIT :limit))
SELECT s.time AS "when time", s.name AS series, s.version AS "version int",
       s.received || '/' || s.total AS patches, s.author,
       COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state,
       s.message_id, s.num AS key
FROM n JOIN series s ON s.num = n.num
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = t.verdict
ORDER BY key DESC LIMIT :limit;

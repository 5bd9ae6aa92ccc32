-- scans: the few versions that it gathered
-- sorts: likewise
WITH RECURSIVE chain(num) AS (
  SELECT :series
  UNION
  SELECT s.older FROM chain c JOIN series s ON s.num = c.num WHERE s.older IS NOT NULL
  UNION
  SELECT s.newer FROM chain c JOIN series s ON s.num = c.num WHERE s.newer IS NOT NULL)
SELECT s.version AS "version int", s.time AS "when time", s.name AS series,
       COALESCE(v.kind, t.state, 'not tested') AS state,
       (SELECT r.kind || ' ' || r.subject FROM reasons r WHERE r.verdict = v.num ORDER BY r.seq LIMIT 1) AS reason,
       s.message_id, v.id AS "verdict id", s.num AS key
FROM chain c JOIN series s ON s.num = c.num
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = (SELECT max(verdict) FROM tasks WHERE series = s.num)
WHERE s.num < :after
ORDER BY s.num DESC LIMIT :limit;

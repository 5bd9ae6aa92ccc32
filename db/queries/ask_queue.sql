-- scans: what it gathered
-- sorts: what waits, and the few that run
SELECT * FROM (
  SELECT t.state, t.priority AS "priority int", t.created AS "since time", s.name AS source,
         r.name AS series, t.tree, t.attempts AS "attempts int", t.why, r.message_id,
         (t.state = 'running') * 1152921504606846976 + t.priority * 1099511627776 - t.num AS key
  FROM tasks t JOIN series r ON r.num = t.series JOIN sources s ON s.num = t.source
  WHERE t.state IN ('running', 'waiting'))
WHERE key < :after ORDER BY key DESC LIMIT :limit;

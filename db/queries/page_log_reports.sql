-- scans: what it gathered
-- sorts: what one log has
SELECT * FROM (
  SELECT n.first_line AS "line int", n.last_line AS "last_line int", COALESCE(n.title, i.title) AS report,
         CASE n.fatal WHEN 1 THEN 'yes' ELSE 'no' END AS fatal, i.id AS "signature id", j.id AS "log id", -n.seq AS key
  FROM jobs j CROSS JOIN incidents n ON n.job = j.num JOIN issues i ON i.num = n.issue WHERE j.id = :log
  UNION ALL
  SELECT d.log_line, d.log_line, d.kind || ': ' || d.text, NULL, NULL, b.id, -d.seq
  FROM builds b CROSS JOIN diagnostics d ON d.build = b.num WHERE b.id = :log AND d.log_line > 0)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: the index of what is held; the few things that it gathered
-- sorts: likewise
-- A series that waits for a word says so in the report on it; approvals has those that have it.
SELECT * FROM (
  SELECT o.created AS "since time", 'held mail' AS what, o.subject, o.why,
         'dmalab outbox approve ' || o.num AS "command",
         o.created * 4194304 + o.num % 1048576 AS key
  FROM outbox o WHERE o.state = 'held'
  UNION ALL
  SELECT * FROM (
  SELECT v.created, 'approval', v.name, r.author, 'dmalab approve ' || r.message_id,
         v.created * 4194304 + 1048576 + r.num % 1048576 AS key
  FROM verdict_texts x CROSS JOIN verdicts v ON v.num = x.verdict CROSS JOIN tasks t ON t.verdict = v.num
    CROSS JOIN series r ON r.num = t.series
  WHERE x.verdict >= (SELECT num FROM verdicts WHERE created >= :since ORDER BY created LIMIT 1)
    AND r.newer IS NULL AND NOT EXISTS(SELECT 1 FROM approvals WHERE digest = r.digest)
    AND NOT EXISTS(SELECT 1 FROM tasks n WHERE n.series = r.num AND n.num > t.num)
    AND instr(x.text, 'waits for a maintainer''s word') > 0
    AND v.created <= :after / 4194304 AND v.created * 4194304 + 1048576 + r.num % 1048576 < :after
  ORDER BY x.verdict DESC LIMIT :limit)
  UNION ALL
  SELECT t.created, 'failed test', r.name, t.why, 'dmalab retest ' || r.message_id,
         t.created * 4194304 + 2097152 + t.num % 1048576
  FROM tasks t JOIN series r ON r.num = t.series
  WHERE t.state = 'failed' AND t.created >= :since AND r.newer IS NULL)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

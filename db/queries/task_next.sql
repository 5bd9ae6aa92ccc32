-- sorts: what waits, and the few that run
SELECT t.num, t.attempts FROM tasks t JOIN sources s ON s.num = t.source
WHERE (t.state = 'waiting' AND t.not_before <= :now)
   OR (t.state = 'running' AND (t.lease_boot <> :boot OR t.lease_until <= :until))
ORDER BY t.priority DESC, s.served, t.num LIMIT 1;

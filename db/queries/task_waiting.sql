-- As they will be claimed but for sources that have several: task_store.c goes round these.
-- sorts: what waits
SELECT t.num, t.priority, t.source, s.served, t.not_before > :now FROM tasks t
JOIN sources s ON s.num = t.source
WHERE t.state = 'waiting'
ORDER BY iif(t.not_before > :now, t.not_before, 0), t.priority DESC, t.num;

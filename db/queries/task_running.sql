-- sorts: the few that run
SELECT * FROM task_rows WHERE state = 'running' ORDER BY num LIMIT :limit;

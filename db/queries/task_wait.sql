-- Seconds until something may begin; NULL: nothing waits or runs.
SELECT min(iif(state = 'waiting', not_before - :now, (lease_until - :until + 999) / 1000))
FROM tasks WHERE state IN ('waiting', 'running');

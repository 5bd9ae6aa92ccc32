UPDATE tasks SET priority = max(priority, :priority), not_before = min(not_before, :not_before)
WHERE num = :num AND state = 'waiting';

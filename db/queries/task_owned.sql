SELECT 1 FROM tasks WHERE num = :num AND state = 'running' AND owner = :owner;

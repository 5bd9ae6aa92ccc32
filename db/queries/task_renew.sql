UPDATE tasks SET lease_boot = :boot, lease_until = :until
WHERE num = :num AND state = 'running' AND owner = :owner
RETURNING num;

UPDATE tasks SET state = 'running', attempts = attempts + 1, owner = :owner, lease_boot = :boot,
                 lease_until = :until, started = :now, ended = 0, why = ''
WHERE num = :num;

INSERT INTO tasks(key, series, source, tree, plan, priority, state, attempts, created, not_before,
                  started, ended, owner, lease_boot, lease_until, why)
SELECT :key, series, source, tree, plan, :priority, 'waiting', 0, :now, 0, 0, 0, '', '', 0, ''
FROM tasks WHERE num = :num
RETURNING num;

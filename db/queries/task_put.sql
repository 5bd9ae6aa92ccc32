INSERT INTO tasks(key, series, source, tree, plan, priority, state, attempts, created, not_before,
                  started, ended, owner, lease_boot, lease_until, why)
VALUES(:key, :series, :source, :tree, :plan, :priority, 'waiting', 0, :now, :not_before, 0, 0, '', '',
       0, '')
RETURNING num;

SELECT 1 FROM tasks WHERE num = :num AND (state IN ('waiting', 'failed')
  OR (state = 'running' AND (lease_boot <> :boot OR lease_until <= :until)));

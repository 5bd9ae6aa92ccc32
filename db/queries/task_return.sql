UPDATE tasks SET state = :state, not_before = :not_before, attempts = max(attempts - :free, 0),
                 ended = iif(:state = 'waiting', 0, :now), owner = '', why = :why
WHERE num = :num AND state = 'running' AND owner = :owner
RETURNING num;

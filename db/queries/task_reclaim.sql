UPDATE tasks SET state = 'waiting', attempts = max(attempts - 1, 0), owner = '',
                 why = 'its owner is no more'
WHERE state = 'running' AND substr(owner, 1, length(:owners)) = :owners
RETURNING num;

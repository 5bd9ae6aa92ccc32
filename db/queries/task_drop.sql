UPDATE tasks SET state = 'dropped', ended = :now, why = :why
WHERE series = :series AND state = 'waiting'
RETURNING num;

UPDATE tasks SET state = 'done', ended = :now, owner = '', verdict = :verdict, why = ''
WHERE num = :num;

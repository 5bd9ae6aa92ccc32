UPDATE tasks SET state = 'failed', ended = :now, owner = '', why = :why WHERE num = :num;

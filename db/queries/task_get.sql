SELECT * FROM task_rows WHERE num = :num;

SELECT * FROM task_rows
WHERE num = (SELECT max(num) FROM tasks WHERE series = :series);

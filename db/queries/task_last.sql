SELECT max(num) FROM tasks;

SELECT num FROM tasks WHERE key = :key;

SELECT num FROM bisections WHERE key = :key ORDER BY num DESC LIMIT 1;

SELECT num FROM bisections WHERE state = 'running' AND watch <> '' ORDER BY num LIMIT 1;

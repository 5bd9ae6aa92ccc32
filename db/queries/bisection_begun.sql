-- scans: the few that a watch began and that run, by their own index
SELECT num FROM bisections WHERE state = 'running' AND watch <> '' ORDER BY num LIMIT 1;

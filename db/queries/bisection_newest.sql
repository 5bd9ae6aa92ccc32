-- scans: as many as are asked for, from the newest on
SELECT num FROM bisections ORDER BY num DESC LIMIT :limit;

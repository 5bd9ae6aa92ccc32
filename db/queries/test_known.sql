SELECT 1 FROM test_paths p
WHERE p.path BETWEEN :first AND :last
  AND EXISTS(SELECT 1 FROM tests WHERE path = p.num AND status <> 'MISS')
LIMIT 1;

SELECT p.path, t.status, t.line, t.comment
FROM tests t JOIN test_paths p ON p.num = t.path
WHERE t.job = :job ORDER BY t.seq;

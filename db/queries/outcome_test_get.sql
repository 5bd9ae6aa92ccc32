SELECT p.path, o.status, o.line, o.comment, j.id
FROM outcome_tests o JOIN test_paths p ON p.num = o.path LEFT JOIN jobs j ON j.num = o.job
WHERE o.outcome = :outcome ORDER BY o.seq;

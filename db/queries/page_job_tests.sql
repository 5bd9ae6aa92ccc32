SELECT p.path AS test, t.status, NULLIF(t.comment, '') AS comment, j.id AS "job id", t.line AS "line int", -t.seq AS key
FROM tests t JOIN test_paths p ON p.num = t.path JOIN jobs j ON j.num = t.job
WHERE t.job = :job AND t.seq > -:after AND (:status = '' OR t.status = :status)
ORDER BY t.seq LIMIT :limit;

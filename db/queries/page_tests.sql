-- By name: the key is the number of a row's test, and a further page begins behind its name.
SELECT p.path AS test,
       (SELECT status FROM tests WHERE path = p.num ORDER BY job DESC LIMIT 1) AS status,
       j.start_time AS "when time", j.target, j.id AS "job id", p.num AS key
FROM test_paths p LEFT JOIN jobs j ON j.num = (SELECT max(job) FROM tests WHERE path = p.num)
WHERE p.path > COALESCE((SELECT path FROM test_paths WHERE num = :after), '')
  AND (:words = '' OR instr(p.path, :words) > 0)
ORDER BY p.path LIMIT :limit;

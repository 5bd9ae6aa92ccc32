SELECT COALESCE(n.title, i.title) AS report, COALESCE(n.type, i.type) AS type,
       COALESCE(n.function, i.function) AS function, CASE n.fatal WHEN 1 THEN 'yes' ELSE 'no' END AS fatal,
       j.id AS "job id", n.first_line AS "line int", n.last_line AS "last_line int", i.id AS "signature id", -n.seq AS key
FROM incidents n JOIN issues i ON i.num = n.issue JOIN jobs j ON j.num = n.job
WHERE n.job = :job AND n.seq > -:after
ORDER BY n.seq LIMIT :limit;

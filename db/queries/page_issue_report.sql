-- scans: the newest 100 boots that it gathered
-- The newest of them whose console is kept.
SELECT j.id AS "job id", j.id AS "log id", n.first_line AS "line int", n.last_line AS "last_line int",
       j.log_sha256 AS "sha256 id", j.num AS key
FROM jobs j CROSS JOIN incidents n ON n.job = j.num AND n.issue = :issue
WHERE j.num = (SELECT k.num FROM (SELECT job FROM incidents WHERE issue = :issue AND job < :after ORDER BY job DESC LIMIT 100) w
               CROSS JOIN jobs k ON k.num = w.job WHERE k.log_sha256 IS NOT NULL LIMIT 1)
ORDER BY n.seq LIMIT min(:limit, 1);

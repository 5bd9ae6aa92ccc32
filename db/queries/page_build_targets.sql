-- sorts: what one build came to on its targets
SELECT o.target, o.boot, sum(x.status = 'PASS') AS "pass int", sum(x.status = 'FAIL') AS "fail int",
       sum(x.status = 'ERROR') AS "error int", sum(x.status = 'SKIP') AS "skip int",
       sum(x.status = 'MISS') AS "miss int", (SELECT j.id FROM outcome_jobs w JOIN jobs j ON j.num = w.job WHERE w.outcome = o.num ORDER BY w.seq LIMIT 1) AS "job id",
       o.created AS "when time", o.num AS key
FROM builds b CROSS JOIN outcomes o ON o.build_id = b.id LEFT JOIN outcome_tests x ON x.outcome = o.num
WHERE b.num = :build AND +o.num < :after
GROUP BY o.num ORDER BY o.num DESC LIMIT :limit;

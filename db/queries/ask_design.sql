-- sorts: a row a base with one design
SELECT l.tree, l.config, l.target, o.boot, sum(x.status = 'PASS') AS "pass int",
       sum(x.status = 'FAIL') AS "fail int", sum(x.status = 'ERROR') AS "error int",
       sum(x.status = 'SKIP') AS "skip int", o.created AS "when time", o.num AS key
FROM lanes l JOIN outcomes o ON o.num = l.outcome LEFT JOIN outcome_tests x ON x.outcome = o.num
WHERE l.design = :design AND l.is_base = 1 AND o.created >= :since AND o.num < :after
GROUP BY o.num ORDER BY o.num DESC LIMIT :limit;

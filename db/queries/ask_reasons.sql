-- sorts: the few tasks of a series
SELECT r.kind, r.target, r.subject, r.detail, NULLIF(r.patch, 0) AS "patch int", r.log_of AS "log id",
       NULLIF(r.line, 0) AS "line int", r.signature AS "signature id", -r.seq AS key
FROM reasons r
WHERE r.verdict = (SELECT max(verdict) FROM tasks WHERE series = :series AND verdict IS NOT NULL)
  AND r.seq > -:after
ORDER BY r.seq LIMIT :limit;

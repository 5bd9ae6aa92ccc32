SELECT r.kind, r.target, r.subject, r.detail, NULLIF(r.patch, 0) AS "patch int",
       r.base_bad AS "base_bad int", r.base_runs AS "base_runs int",
       r.patched_bad AS "patched_bad int", r.patched_runs AS "patched_runs int", r.chance AS "chance real",
       NULLIF(r.log_of, '') AS "log id", NULLIF(r.line, 0) AS "line int",
       NULLIF(r.signature, '') AS "signature id", NULLIF(r.excerpt, '') AS excerpt, -r.seq AS key
FROM reasons r
WHERE r.verdict = :verdict
  AND r.seq > -:after
ORDER BY r.seq LIMIT :limit;

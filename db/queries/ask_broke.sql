SELECT v.created AS "when time", r.kind, r.target, r.subject, v.name AS series, NULLIF(r.patch, 0) AS "patch int",
       NULLIF(r.log_of, '') AS "log id", NULLIF(r.line, 0) AS "line int", NULLIF(r.signature, '') AS "signature id",
       (SELECT s.message_id FROM tasks t JOIN series s ON s.num = t.series WHERE t.verdict = v.num) AS message_id,
       v.id AS "verdict id", v.num * 1000000 - r.seq AS key
FROM verdicts v JOIN reasons r ON r.verdict = v.num
WHERE v.num >= (SELECT num FROM verdicts WHERE created >= :since ORDER BY created LIMIT 1)
  AND v.num <= :after / 1000000 + 1 AND v.num * 1000000 - r.seq < :after
  AND r.kind NOT IN ('apply-conflict', 'build-warning', 'infra')
  AND (:target = '' OR r.target = :target)
ORDER BY v.num DESC, r.seq LIMIT :limit;

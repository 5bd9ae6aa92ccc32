SELECT v.created AS "when time", r.kind, r.target, r.subject, v.name AS series, NULLIF(r.patch, 0) AS "patch int",
       v.id AS "verdict id", v.num * 1000000 - r.seq AS key
FROM verdicts v JOIN reasons r ON r.verdict = v.num
WHERE v.num >= (SELECT num FROM verdicts WHERE created >= :since ORDER BY created LIMIT 1)
  AND v.num <= :after / 1000000 + 1 AND v.num * 1000000 - r.seq < :after
  AND r.kind NOT IN ('apply-conflict', 'build-warning', 'infra')
  AND (:target = '' OR r.target = :target)
ORDER BY v.num DESC, r.seq LIMIT :limit;

SELECT v.created AS "when time", v.kind, v.name AS series,
       (SELECT r.kind FROM reasons r WHERE r.verdict = v.num ORDER BY r.seq LIMIT 1) AS reason,
       (SELECT r.subject FROM reasons r WHERE r.verdict = v.num ORDER BY r.seq LIMIT 1) AS subject,
       v.duration_ms / 1000 AS "seconds int", v.id AS "verdict id", v.num AS key
FROM verdicts v
WHERE v.num < :after AND (:kind = '' OR v.kind = :kind)
ORDER BY v.num DESC LIMIT :limit;

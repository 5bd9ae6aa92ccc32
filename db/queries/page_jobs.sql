-- sorts: the boots of one build
SELECT j.id AS "job id", j.target, j.lab, j.filter, j.outcome, j.boot, NULLIF(j.reason, '') AS reason,
       j.start_time AS "when time", j.duration_ms / 1000 AS "seconds int", j.num AS key
FROM builds b JOIN jobs j ON j.build_id = b.id
WHERE b.num = :build AND j.num < :after AND (:target = '' OR j.target = :target)
ORDER BY j.num DESC LIMIT :limit;

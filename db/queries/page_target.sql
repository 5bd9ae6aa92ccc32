SELECT w.target, CASE WHEN h.passed THEN 'proven' WHEN h.proven THEN 'out' WHEN h.target IS NULL THEN 'never checked' ELSE 'unproven' END AS state,
       h.time AS "checked time", NULLIF(h.proven, 0) AS "proven time", h.job_id AS "health_job id",
       COALESCE(d.lab, f.lab) AS lab, b.config_name AS config, b.architecture,
       d.start_time AS "when time", d.id AS "job id", f.start_time AS "last_failed time", f.reason, f.id AS "failed_job id",
       (SELECT count(*) FROM jobs WHERE target = w.target AND outcome = 'done' AND start_time >= :since) AS "boots int",
       (SELECT count(*) FROM jobs WHERE target = w.target AND outcome = 'infra' AND start_time >= :since) AS "failed int", 1 AS key
FROM (SELECT :target AS target) w
LEFT JOIN target_health h ON h.target = w.target
LEFT JOIN jobs d ON d.num = (SELECT num FROM jobs WHERE target = w.target AND outcome = 'done' ORDER BY start_time DESC LIMIT 1)
LEFT JOIN jobs f ON f.num = (SELECT num FROM jobs WHERE target = w.target AND outcome = 'infra' ORDER BY start_time DESC LIMIT 1)
LEFT JOIN builds b ON b.id = d.build_id
WHERE (h.target IS NOT NULL OR d.num IS NOT NULL OR f.num IS NOT NULL) AND 1 < :after LIMIT :limit;

SELECT j.id AS "job id", j.target, j.lab, j.outcome, j.boot, NULLIF(j.reason, '') AS reason, NULLIF(j.filter, '') AS filter,
       j.start_time AS "when time", j.duration_ms / 1000 AS "seconds int", b.id AS "build id", b.config_name AS config,
       c.id AS "checkout id", c.tree_name AS tree, c.git_commit_hash AS "commit id", COALESCE(c.fix, 'none') AS design,
       NULLIF(c.name, '') AS series, NULLIF(c.message_id, '') AS message_id,
       (SELECT NULLIF(device, '') FROM submissions WHERE job_id = j.id LIMIT 1) AS device,
       (SELECT NULLIF(lava_id, 0) FROM submissions WHERE job_id = j.id LIMIT 1) AS "lava int",
       CASE WHEN j.log_sha256 IS NOT NULL THEN j.id END AS "log id",
       (SELECT size FROM logs WHERE sha256 = j.log_sha256) AS "log_bytes int", j.num AS key
FROM jobs j JOIN builds b ON b.id = j.build_id JOIN checkouts c ON c.id = b.checkout_id
WHERE j.num = :job AND j.num < :after LIMIT :limit;

SELECT num, id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms,
       log_sha256
FROM jobs WHERE id = :id;

SELECT time, passed, COALESCE(job_id, ''), proven FROM target_health WHERE target = :target;

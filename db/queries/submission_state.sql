SELECT state = 'ended', COALESCE(job_id, '') FROM submissions WHERE num = :num;

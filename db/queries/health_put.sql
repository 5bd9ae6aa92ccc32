INSERT INTO target_health(target, time, passed, job_id, proven)
VALUES(:target, :time, :passed, NULLIF(:job_id, ''), iif(:passed, :time, 0))
ON CONFLICT(target) DO UPDATE SET
  passed = iif(excluded.time >= time, excluded.passed, passed),
  job_id = iif(excluded.time >= time, excluded.job_id, job_id),
  time = max(time, excluded.time),
  proven = iif(proven = 0 OR (excluded.proven <> 0 AND excluded.proven < proven),
               excluded.proven, proven);

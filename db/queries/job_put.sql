INSERT INTO jobs(id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms,
                 log_sha256)
VALUES(:id, :build_id, :target, :lab, :filter, :outcome, :reason, :boot, :start_time, :duration_ms,
       NULLIF(:log_sha256, ''))
ON CONFLICT(id) DO UPDATE SET
  build_id = excluded.build_id, target = excluded.target, lab = excluded.lab,
  filter = excluded.filter, outcome = excluded.outcome, reason = excluded.reason,
  boot = excluded.boot, start_time = excluded.start_time, duration_ms = excluded.duration_ms,
  log_sha256 = excluded.log_sha256
RETURNING num;

INSERT INTO outcomes(build_id, target, boot, created) VALUES(:build_id, :target, :boot, :now)
ON CONFLICT(build_id, target) DO UPDATE SET boot = excluded.boot
RETURNING num;

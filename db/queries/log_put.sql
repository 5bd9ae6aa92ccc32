INSERT INTO logs(sha256, size, created) VALUES(:sha256, :size, :now)
ON CONFLICT(sha256) DO NOTHING;

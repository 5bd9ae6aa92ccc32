SELECT l.sha256, 0 FROM logs l
WHERE l.sha256 > :after
  AND NOT EXISTS(SELECT 1 FROM jobs WHERE log_sha256 = l.sha256)
  AND NOT EXISTS(SELECT 1 FROM builds WHERE log_sha256 = l.sha256)
ORDER BY l.sha256 LIMIT :limit;

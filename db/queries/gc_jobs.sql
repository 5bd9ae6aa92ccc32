SELECT j.num, 0 FROM jobs j
WHERE j.num > :after AND j.start_time < :before AND j.log_sha256 IS NOT NULL
  AND NOT EXISTS(SELECT 1 FROM incidents WHERE job = j.num)
ORDER BY j.num LIMIT :limit;

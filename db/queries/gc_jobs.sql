-- Consoles that show nothing, and to which no verdict that is still to be told refers.
SELECT j.num, 0 FROM jobs j
WHERE j.num > :after AND j.start_time < :before AND j.log_sha256 IS NOT NULL
  AND NOT EXISTS(SELECT 1 FROM incidents WHERE job = j.num)
  AND NOT EXISTS(SELECT 1 FROM builds b JOIN verdicts v ON v.checkout_id = b.checkout_id
                 JOIN outbox o ON o.verdict = v.num
                 WHERE b.id = j.build_id AND o.state IN ('held', 'waiting', 'sending'))
ORDER BY j.num LIMIT :limit;

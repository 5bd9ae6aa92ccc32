-- scans: from the newest, as far as :limit
SELECT 'job', id, target, iif(outcome = 'done', boot, outcome), start_time
FROM jobs ORDER BY num DESC LIMIT :limit;

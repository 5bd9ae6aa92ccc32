-- scans: from the newest, as far as :limit
SELECT num, kind, state, key, subject, receiver, series, verdict_id, created, not_before, tried,
       ended, attempts, why, ''
FROM outbox_rows WHERE state IN ('sent', 'dropped', 'failed') ORDER BY num DESC LIMIT :limit;

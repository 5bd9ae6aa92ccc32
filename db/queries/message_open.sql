-- scans: what is on its way, and nothing else
SELECT num, kind, state, key, subject, receiver, series, verdict_id, created, not_before, tried,
       ended, attempts, why, ''
FROM outbox_rows WHERE state IN ('waiting', 'sending') ORDER BY not_before, num LIMIT :limit;

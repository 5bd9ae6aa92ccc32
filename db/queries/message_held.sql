-- scans: what waits for a word, and nothing else
SELECT num, kind, state, key, subject, receiver, series, verdict_id, created, not_before, tried,
       ended, attempts, why, ''
FROM outbox_rows WHERE state = 'held' ORDER BY num LIMIT :limit;

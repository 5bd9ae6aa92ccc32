SELECT v.id FROM outbox o JOIN verdicts v ON v.num = o.verdict
WHERE o.series = :series AND o.kind = 'mail' AND o.state IN ('held', 'waiting', 'sending', 'sent')
ORDER BY o.num DESC LIMIT 1;

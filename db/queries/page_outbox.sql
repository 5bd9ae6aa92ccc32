-- sorts: the messages about one series
SELECT o.created AS "when time", o.kind, o.state, o.subject, o.receiver, NULLIF(o.ended, 0) AS "ended time",
       o.attempts AS "attempts int", NULLIF(o.why, '') AS why,
       (SELECT id FROM verdicts WHERE num = o.verdict) AS "verdict id", o.num AS key
FROM outbox o
WHERE o.series = :series AND o.num < :after
ORDER BY o.num DESC LIMIT :limit;

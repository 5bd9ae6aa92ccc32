SELECT b.created AS "when time", b.state, b.kind, b.subject, b.target, b.tree,
       NULLIF(b.culprit, '') AS "culprit id", CAST(b.odds * 100 AS INTEGER) AS "percent int",
       b.reverted, b.num AS "bisection int", b.num AS key
FROM bisections b
WHERE b.num < :after AND (:state = '' OR b.state = :state)
ORDER BY b.num DESC LIMIT :limit;

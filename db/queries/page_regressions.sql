SELECT b.created AS "when time", b.state, CASE b.kind WHEN 'test' THEN b.subject END AS test,
       CASE b.kind WHEN 'signature' THEN b.subject END AS "signature id", b.kind, NULLIF(b.target, '') AS target, b.tree, b.watch,
       NULLIF(b.culprit, '') AS "culprit id",
       (SELECT c.subject FROM bisection_commits c WHERE c.bisection = b.num AND c."commit" = b.culprit ORDER BY c.seq LIMIT 1) AS culprit_subject,
       CAST(b.odds * 100 AS INTEGER) AS "percent int", b.num AS "bisection int", b.num AS key
FROM bisections b
WHERE b.num < :after AND b.watch <> '' AND b.fixed = 0 AND b.state IN ('running', 'found', 'range')
ORDER BY b.num DESC LIMIT :limit;

SELECT b.num AS "bisection int", b.state, b.kind, CASE b.kind WHEN 'test' THEN b.subject END AS test,
       CASE b.kind WHEN 'signature' THEN b.subject END AS "signature id",
       CASE WHEN b.kind NOT IN ('test', 'signature') THEN NULLIF(b.subject, '') END AS subject,
       NULLIF(b.target, '') AS target, b.tree, b.fix AS design, CASE b.fixed WHEN 1 THEN 'what mended it' ELSE 'what brought it' END AS searched,
       NULLIF(b.watch, '') AS watch,
       NULLIF(b.series, '') AS message_id, b.good AS "good id", b.bad AS "bad id", NULLIF(b.paths, '') AS paths,
       NULLIF(b.culprit, '') AS "culprit id",
       (SELECT c.subject FROM bisection_commits c WHERE c.bisection = b.num AND c."commit" = b.culprit ORDER BY c.seq LIMIT 1) AS culprit_subject,
       CAST(b.odds * 100 AS INTEGER) AS "percent int", NULLIF(b.reverted, '') AS reverted, NULLIF(b.why, '') AS why,
       (SELECT max(c.seq) FROM bisection_commits c
        WHERE c.bisection = b.num AND c."commit" = CASE b.fixed WHEN 1 THEN b.good ELSE b.bad END) AS "commits int",
       (SELECT count(*) FROM bisection_runs WHERE bisection = b.num) AS "runs int",
       b.created AS "when time", NULLIF(b.ended, 0) AS "ended time", b.num AS key
FROM bisections b
WHERE b.num = :bisection AND b.num < :after LIMIT :limit;

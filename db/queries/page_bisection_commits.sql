-- scans: what it gathered
-- sorts: the runs of one bisection
WITH r AS MATERIALIZED (
  SELECT seq, sum(verdict = 'good') AS good, sum(verdict = 'bad') AS bad, sum(verdict = 'infra') AS infra
  FROM bisection_runs WHERE bisection = :bisection GROUP BY seq)
SELECT c.seq AS "seq int", c."commit" AS "commit id", c.subject, CAST(round(c.odds * 100) AS INTEGER) AS "percent int",
       COALESCE(r.good, 0) AS "good int", COALESCE(r.bad, 0) AS "bad int", COALESCE(r.infra, 0) AS "infra int",
       c.build AS build_state, NULLIF(c.build_id, '') AS "build id", NULLIF(c.why, '') AS why,
       CASE WHEN c."commit" = b.culprit AND c.seq > 0 THEN 'culprit' WHEN c."commit" = b.good THEN 'good end' WHEN c."commit" = b.bad THEN 'bad end'
         WHEN c.seq = 0 THEN 'older end' END AS mark, -c.seq AS key
FROM bisections b CROSS JOIN bisection_commits c ON c.bisection = b.num LEFT JOIN r ON r.seq = c.seq
WHERE b.num = :bisection AND c.seq > -:after
ORDER BY c.seq LIMIT :limit;

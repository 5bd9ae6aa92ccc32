SELECT r.created AS "when time", r.seq AS "seq int", c."commit" AS "commit id", c.subject, r.verdict,
       NULLIF(r.job_id, '') AS "job id", r.ms / 1000 AS "seconds int", r.num AS key
FROM bisection_runs r JOIN bisection_commits c ON c.bisection = r.bisection AND c.seq = r.seq
WHERE r.bisection = :bisection AND r.num < :after
ORDER BY r.num DESC LIMIT :limit;

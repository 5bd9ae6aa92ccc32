-- scans: what it gathered
-- sorts: what one build came to on its targets
WITH seen AS MATERIALIZED (
  SELECT x.path, o.target, x.status, x.comment, x.job, x.line
  FROM builds b CROSS JOIN outcomes o ON o.build_id = b.id CROSS JOIN outcome_tests x ON x.outcome = o.num
  WHERE b.num = :build)
SELECT * FROM (
  SELECT p.path AS test, s.target, s.status, s.comment, j.id AS "job id", NULLIF(s.line, 0) AS "line int",
         row_number() OVER (ORDER BY p.path DESC, s.target DESC) AS key
  FROM (SELECT path FROM seen GROUP BY path HAVING min(status) <> max(status)) d
  JOIN seen s ON s.path = d.path JOIN test_paths p ON p.num = s.path LEFT JOIN jobs j ON j.num = s.job)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: what one build came to on its targets
WITH x AS MATERIALIZED (
  SELECT x.path, o.target, x.status, x.comment, x.job, x.line
  FROM builds b CROSS JOIN outcomes o ON o.build_id = b.id CROSS JOIN outcome_tests x ON x.outcome = o.num
  WHERE b.num = :build)
SELECT * FROM (
  SELECT p.path AS test, x.target, x.status, x.comment, j.id AS "job id", NULLIF(x.line, 0) AS "line int",
         row_number() OVER (ORDER BY p.path DESC, x.target DESC) AS key
  FROM (SELECT path FROM x GROUP BY path HAVING min(status) <> max(status)) d
  JOIN x ON x.path = d.path JOIN test_paths p ON p.num = x.path LEFT JOIN jobs j ON j.num = x.job)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

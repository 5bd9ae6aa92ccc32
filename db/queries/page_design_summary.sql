-- scans: the lanes, and what it gathered
-- sorts: the newest outcomes of bases
-- The cells of page_design_matrix.sql by test and design, each with the worst and where that was.
WITH n AS MATERIALIZED (
  SELECT outcome AS num, design, tree, target FROM lanes
  WHERE is_base = 1 AND outcome IS NOT NULL AND (:target = '' OR target = :target) AND (:tree = '' OR tree = :tree)),
y AS MATERIALIZED (
  SELECT n.design, n.target, x.path, x.job, x.line,
         CASE WHEN x.status = 'ERROR' THEN 6 WHEN x.status IN ('FAIL', 'MISS') THEN 5
           WHEN EXISTS(SELECT 1 FROM incidents i WHERE i.job = x.job AND i.fatal = 0 AND i.first_line <= x.line
             AND i.first_line > COALESCE((SELECT max(t.line) FROM tests t WHERE t.job = x.job AND t.line < x.line), 0)) THEN 4
           WHEN x.status = 'PASS' THEN 2 WHEN x.comment GLOB 'refused*' THEN 3 ELSE 1 END AS badness
  FROM n CROSS JOIN outcome_tests x ON x.outcome = n.num),
w AS MATERIALIZED (
  SELECT design, path, max(badness) AS badness, count(DISTINCT target) AS targets,
         count(DISTINCT CASE WHEN badness > 4 THEN target END) AS bad, target, job, line
  FROM y GROUP BY design, path)
SELECT * FROM (
  SELECT w.design, p.path AS test,
         CASE w.badness WHEN 6 THEN 'crash' WHEN 5 THEN 'fail' WHEN 4 THEN 'warns' WHEN 3 THEN 'refused'
           WHEN 2 THEN 'works' ELSE 'skip' END AS result,
         w.targets AS "targets int", w.bad AS "bad int", w.target, j.id AS "job id", NULLIF(w.line, 0) AS "line int",
         row_number() OVER (ORDER BY p.path DESC, w.design DESC) AS key
  FROM w JOIN test_paths p ON p.num = w.path LEFT JOIN jobs j ON j.num = w.job)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

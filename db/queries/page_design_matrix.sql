-- scans: the lanes, and what it gathered of one page
-- sorts: likewise
-- As judge/cells.c, but for what suites.yaml says: "warns" is a case in which the kernel printed a
-- report and went on. Of each tree, target and design, the newest outcome of a base.
WITH n AS MATERIALIZED (
  SELECT outcome AS num, design, tree, target FROM lanes
  WHERE is_base = 1 AND outcome <= :after / 1048576
    AND (:design = '' OR design = :design) AND (:target = '' OR target = :target) AND (:tree = '' OR tree = :tree)),
y AS MATERIALIZED (
  SELECT n.design, n.tree, n.target, x.path, x.status, x.comment, x.job, x.line, n.num * 1048576 + 1048575 - x.seq AS key
  FROM n CROSS JOIN outcome_tests x ON x.outcome = n.num
  WHERE n.num * 1048576 + 1048575 - x.seq < :after ORDER BY key DESC LIMIT :limit),
w AS MATERIALIZED (
  SELECT y.*, CASE y.status WHEN 'ERROR' THEN
           (SELECT i.issue FROM incidents i WHERE i.job = y.job AND i.fatal = 1 ORDER BY i.seq DESC LIMIT 1)
         ELSE
           (SELECT i.issue FROM incidents i WHERE i.job = y.job AND i.fatal = 0 AND i.first_line <= y.line
              AND i.first_line > COALESCE((SELECT max(t.line) FROM tests t WHERE t.job = y.job AND t.line < y.line), 0)
            ORDER BY i.seq LIMIT 1) END AS issue
  FROM y)
SELECT w.design, w.target, w.tree, p.path AS test,
       CASE WHEN w.status = 'ERROR' THEN 'crash' WHEN w.status IN ('FAIL', 'MISS') THEN 'fail'
         WHEN w.issue IS NOT NULL THEN 'warns' WHEN w.status = 'PASS' THEN 'works'
         WHEN w.comment GLOB 'refused*' THEN 'refused' ELSE 'skip' END AS result,
       NULLIF(w.comment, '') AS comment, i.title AS report, i.id AS "signature id",
       j.id AS "job id", NULLIF(w.line, 0) AS "line int", w.key
FROM w JOIN test_paths p ON p.num = w.path LEFT JOIN issues i ON i.num = w.issue LEFT JOIN jobs j ON j.num = w.job
ORDER BY w.key DESC;

-- scans: what it gathered
-- sorts: the newest outcomes of bases
-- As judge/cells.c, but for what suites.yaml says: "warns" is a case that the kernel printed a report
-- in and went on. Of each tree, target and design, the newest outcome of its newest 50 bases.
WITH RECURSIVE d(design) AS (
  SELECT min(COALESCE(fix, 'none')) FROM checkouts WHERE patchset_hash = '' AND valid = 1
  UNION ALL
  SELECT (SELECT min(COALESCE(fix, 'none')) FROM checkouts
          WHERE patchset_hash = '' AND valid = 1 AND COALESCE(fix, 'none') > d.design)
  FROM d WHERE d.design IS NOT NULL),
n AS MATERIALIZED (
  SELECT max(o.num) AS num, d.design, c.tree_name AS tree, o.target
  FROM d CROSS JOIN checkouts c ON c.num IN
      (SELECT num FROM checkouts WHERE patchset_hash = '' AND valid = 1 AND COALESCE(fix, 'none') = d.design
       ORDER BY num DESC LIMIT 50)
    CROSS JOIN builds b ON b.checkout_id = c.id CROSS JOIN outcomes o ON o.build_id = b.id
  WHERE (:design = '' OR d.design = :design) AND (:target = '' OR o.target = :target) AND (:tree = '' OR c.tree_name = :tree)
  GROUP BY 2, 3, 4),
x AS MATERIALIZED (
  SELECT n.num, n.design, n.tree, n.target, x.seq, x.path, x.status, x.comment, x.job, x.line,
         CASE x.status WHEN 'ERROR' THEN
           (SELECT i.issue FROM incidents i WHERE i.job = x.job AND i.fatal = 1 ORDER BY i.seq DESC LIMIT 1)
         ELSE
           (SELECT i.issue FROM incidents i WHERE i.job = x.job AND i.fatal = 0 AND i.first_line <= x.line
              AND i.first_line > COALESCE((SELECT max(y.line) FROM tests y WHERE y.job = x.job AND y.line < x.line), 0)
            ORDER BY i.seq LIMIT 1) END AS issue
  FROM n CROSS JOIN outcome_tests x ON x.outcome = n.num
  WHERE n.num <= :after / 1048576)
SELECT x.design, x.target, x.tree, p.path AS test,
       CASE WHEN x.status = 'ERROR' THEN 'crash' WHEN x.status IN ('FAIL', 'MISS') THEN 'fail'
         WHEN x.issue IS NOT NULL THEN 'warns' WHEN x.status = 'PASS' THEN 'works'
         WHEN x.comment LIKE 'refused%' THEN 'refused' ELSE 'skip' END AS result,
       NULLIF(x.comment, '') AS comment, i.title AS report, i.id AS "signature id",
       j.id AS "job id", NULLIF(x.line, 0) AS "line int", x.num * 1048576 + 1048575 - x.seq AS key
FROM x JOIN test_paths p ON p.num = x.path LEFT JOIN issues i ON i.num = x.issue LEFT JOIN jobs j ON j.num = x.job
WHERE x.num * 1048576 + 1048575 - x.seq < :after
ORDER BY key DESC LIMIT :limit;

-- scans: the lanes, and what it gathered
-- sorts: the newest outcomes of bases
-- The cells of page_design_matrix.sql, but that one which warns is told by how it ended.
WITH n AS MATERIALIZED (
  SELECT outcome AS num, design, tree, target FROM lanes
  WHERE is_base = 1 AND outcome IS NOT NULL AND (:tree = '' OR tree = :tree))
SELECT * FROM (
  SELECT n.design, n.tree, count(DISTINCT n.target) AS "targets int", sum(x.status = 'PASS') AS "works int",
         sum(x.status = 'SKIP' AND x.comment GLOB 'refused*') AS "refused int",
         sum(x.status IN ('FAIL', 'MISS')) AS "fail int", sum(x.status = 'ERROR') AS "crash int",
         sum(x.status = 'SKIP' AND x.comment NOT GLOB 'refused*') AS "skip int",
         max(o.created) AS "when time", row_number() OVER (ORDER BY n.design DESC, n.tree DESC) AS key
  FROM n CROSS JOIN outcomes o ON o.num = n.num LEFT JOIN outcome_tests x ON x.outcome = n.num GROUP BY n.design, n.tree)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

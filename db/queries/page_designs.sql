-- scans: what it gathered
-- sorts: the newest outcomes of bases
-- As page_design_matrix.sql has the cells, but that one which warns is told by how it ended.
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
  WHERE :tree = '' OR c.tree_name = :tree
  GROUP BY 2, 3, 4)
SELECT * FROM (
  SELECT n.design, n.tree, count(DISTINCT n.target) AS "targets int", sum(x.status = 'PASS') AS "works int",
         sum(x.status = 'SKIP' AND x.comment LIKE 'refused%') AS "refused int",
         sum(x.status IN ('FAIL', 'MISS')) AS "fail int", sum(x.status = 'ERROR') AS "crash int",
         sum(x.status = 'SKIP' AND x.comment NOT LIKE 'refused%') AS "skip int",
         max(o.created) AS "when time",
         row_number() OVER (ORDER BY n.design DESC, n.tree DESC) AS key
  FROM n JOIN outcomes o ON o.num = n.num LEFT JOIN outcome_tests x ON x.outcome = n.num GROUP BY n.design, n.tree)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

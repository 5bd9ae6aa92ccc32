-- scans: what it gathered
-- sorts: outcomes of bases with one design
WITH newest AS MATERIALIZED (
  SELECT max(o.num) AS num, c.tree_name AS tree, b.config_name AS config, o.target
  FROM checkouts c JOIN builds b ON b.checkout_id = c.id JOIN outcomes o ON o.build_id = b.id
  WHERE c.patchset_hash = '' AND c.valid = 1 AND COALESCE(c.fix, 'none') = :design AND c.created >= :since
  GROUP BY 2, 3, 4)
SELECT n.tree, n.config, n.target, o.boot, sum(x.status = 'PASS') AS "pass int",
       sum(x.status = 'FAIL') AS "fail int", sum(x.status = 'ERROR') AS "error int",
       sum(x.status = 'SKIP') AS "skip int", o.created AS "when time", n.num AS key
FROM newest n JOIN outcomes o ON o.num = n.num LEFT JOIN outcome_tests x ON x.outcome = n.num
WHERE n.num < :after
GROUP BY n.num ORDER BY n.num DESC LIMIT :limit;

-- scans: what it gathered of one test
-- sorts: likewise
WITH seen AS MATERIALIZED (
  SELECT j.target, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design,
         t.status, j.num, j.start_time, c.git_commit_hash AS base
  FROM tests t JOIN jobs j ON j.num = t.job JOIN builds b ON b.id = j.build_id
    JOIN checkouts c ON c.id = b.checkout_id
  WHERE t.path = :path AND t.status IN ('PASS', 'FAIL', 'ERROR') AND c.patchset_hash = ''
    AND t.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
    AND (:target = '' OR j.target = :target)),
good AS MATERIALIZED (
  SELECT target, tree, design, max(num) AS num, start_time, base FROM seen WHERE status = 'PASS'
  GROUP BY 1, 2, 3),
bad AS MATERIALIZED (
  SELECT s.target, s.tree, s.design, min(s.num) AS num, s.start_time, s.base
  FROM seen s LEFT JOIN good g USING(target, tree, design)
  WHERE s.status <> 'PASS' AND s.num > COALESCE(g.num, 0) GROUP BY 1, 2, 3)
SELECT a.target, a.tree, a.design, CASE WHEN b.num IS NULL THEN 'good' ELSE 'bad' END AS now,
       g.start_time AS "last_good time", g.base AS "good_base id",
       b.start_time AS "first_bad time", b.base AS "bad_base id", max(a.num) AS key
FROM seen a LEFT JOIN good g USING(target, tree, design) LEFT JOIN bad b USING(target, tree, design)
GROUP BY a.target, a.tree, a.design HAVING key < :after ORDER BY key DESC LIMIT :limit;

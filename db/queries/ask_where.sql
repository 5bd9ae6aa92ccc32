-- sorts: the incidents of one signature
SELECT j.target, b.config_name AS config, c.tree_name AS tree, count(DISTINCT j.num) AS "boots int",
       min(j.start_time) AS "first time", max(j.start_time) AS "last time", max(j.num) AS key
FROM incidents n JOIN jobs j ON j.num = n.job JOIN builds b ON b.id = j.build_id
  JOIN checkouts c ON c.id = b.checkout_id
WHERE n.issue = :issue
  AND n.job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
GROUP BY 1, 2, 3 HAVING key < :after ORDER BY key DESC LIMIT :limit;

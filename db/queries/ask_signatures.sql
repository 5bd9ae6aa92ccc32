-- scans: what it gathered
-- sorts: the incidents of that time
WITH n AS MATERIALIZED (
  SELECT issue, count(DISTINCT job) AS boots, max(job) AS last FROM incidents
  WHERE job >= (SELECT num FROM jobs WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  GROUP BY +issue)
SELECT i.title, n.boots AS "boots int", j.start_time AS "last time", j.target AS last_on,
       i.type, i.id AS "signature id", n.boots * 4294967296 + n.issue AS key
FROM n JOIN issues i ON i.num = n.issue JOIN jobs j ON j.num = n.last
WHERE n.boots * 4294967296 + n.issue < :after ORDER BY key DESC LIMIT :limit;

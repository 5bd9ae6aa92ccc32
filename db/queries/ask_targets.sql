-- scans: a row a target
-- sorts: likewise
SELECT * FROM (
  SELECT h.target, CASE WHEN h.passed THEN 'proven' WHEN h.proven THEN 'out' ELSE 'unproven' END AS state,
         h.time AS "checked time", NULLIF(h.proven, 0) AS "proven time", j.lab, h.job_id AS "job id",
         row_number() OVER (ORDER BY h.target DESC) AS key
  FROM target_health h LEFT JOIN jobs j ON j.id = h.job_id)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: a row a target
-- sorts: likewise
WITH RECURSIVE t(target) AS (
  SELECT min(target) FROM jobs
  UNION ALL
  SELECT (SELECT min(target) FROM jobs WHERE target > t.target) FROM t WHERE t.target IS NOT NULL)
SELECT * FROM (
  SELECT t.target, CASE WHEN h.passed THEN 'proven' WHEN h.proven THEN 'out' WHEN h.target IS NULL THEN 'never checked' ELSE 'unproven' END AS state,
         h.time AS "checked time", d.lab, b.config_name AS config, d.start_time AS "when time", d.id AS "job id",
         f.start_time AS "last_failed time", f.reason, row_number() OVER (ORDER BY t.target DESC) AS key
  FROM t LEFT JOIN target_health h ON h.target = t.target
  LEFT JOIN jobs d ON d.num = (SELECT num FROM jobs WHERE target = t.target AND outcome = 'done' ORDER BY start_time DESC LIMIT 1)
  LEFT JOIN jobs f ON f.num = (SELECT num FROM jobs WHERE target = t.target AND outcome = 'infra' ORDER BY start_time DESC LIMIT 1)
  LEFT JOIN builds b ON b.id = d.build_id
  WHERE t.target IS NOT NULL)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: the four newest groups that it gathered
-- sorts: likewise
-- One group an outcome, as the index has them: each ends at the limit.
WITH g AS MATERIALIZED (
  SELECT * FROM (SELECT num, start_time * 1048576 + num % 1048576 AS key FROM jobs WHERE target = :target AND outcome = 'done'
    AND start_time <= :after / 1048576 AND start_time * 1048576 + num % 1048576 < :after
    ORDER BY start_time DESC, num % 1048576 DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (SELECT num, start_time * 1048576 + num % 1048576 AS key FROM jobs WHERE target = :target AND outcome = 'infra'
    AND start_time <= :after / 1048576 AND start_time * 1048576 + num % 1048576 < :after
    ORDER BY start_time DESC, num % 1048576 DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (SELECT num, start_time * 1048576 + num % 1048576 AS key FROM jobs WHERE target = :target AND outcome = 'invalid'
    AND start_time <= :after / 1048576 AND start_time * 1048576 + num % 1048576 < :after
    ORDER BY start_time DESC, num % 1048576 DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (SELECT num, start_time * 1048576 + num % 1048576 AS key FROM jobs WHERE target = :target AND outcome = 'canceled'
    AND start_time <= :after / 1048576 AND start_time * 1048576 + num % 1048576 < :after
    ORDER BY start_time DESC, num % 1048576 DESC LIMIT :limit)),
n AS MATERIALIZED (SELECT num, key FROM g ORDER BY key DESC LIMIT :limit)
SELECT j.start_time AS "when time", j.outcome, j.boot, NULLIF(j.reason, '') AS reason, b.config_name AS config,
       c.tree_name AS tree, COALESCE(c.fix, 'none') AS design, NULLIF(c.name, '') AS series,
       NULLIF(c.message_id, '') AS message_id, j.id AS "job id", b.id AS "build id", n.key
FROM n CROSS JOIN jobs j ON j.num = n.num JOIN builds b ON b.id = j.build_id JOIN checkouts c ON c.id = b.checkout_id
ORDER BY n.key DESC;

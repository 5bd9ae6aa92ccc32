-- scans: what it gathered
-- sorts: the builds of a target's newest 50 boots
WITH n AS MATERIALIZED (
  SELECT build_id AS id, max(num) AS num FROM
    (SELECT num, build_id FROM jobs WHERE target = :target AND outcome = 'done' ORDER BY start_time DESC LIMIT 50)
  GROUP BY build_id)
SELECT o.target, o.boot, sum(x.status = 'PASS') AS "pass int", sum(x.status = 'FAIL') AS "fail int",
       sum(x.status = 'ERROR') AS "error int", sum(x.status = 'SKIP') AS "skip int",
       b.config_name AS config, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design,
       NULLIF(c.name, '') AS series, NULLIF(c.message_id, '') AS message_id, b.id AS "build id",
       (SELECT j.id FROM outcome_jobs w JOIN jobs j ON j.num = w.job WHERE w.outcome = o.num ORDER BY w.seq LIMIT 1) AS "job id",
       o.created AS "when time", o.num AS key
FROM n CROSS JOIN builds b ON b.id = n.id JOIN checkouts c ON c.id = b.checkout_id
CROSS JOIN outcomes o ON o.build_id = n.id LEFT JOIN outcome_tests x ON x.outcome = o.num
WHERE +o.num < :after
GROUP BY o.num ORDER BY o.num DESC LIMIT :limit;

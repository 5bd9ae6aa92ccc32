-- scans: the one verdict that it is about
-- sorts: the builds of one series
SELECT b.id AS "build id", b.config_name AS config, b.compiler, b.status, b.start_time AS "when time",
       b.duration_ms / 1000 AS "seconds int",
       (SELECT count(*) FROM diagnostics WHERE build = b.num AND kind = 'warning') AS "warnings int",
       (SELECT text FROM diagnostics WHERE build = b.num AND kind = 'error' ORDER BY seq LIMIT 1) AS error,
       CASE WHEN b.log_sha256 IS NOT NULL THEN b.id END AS "log id", b.num AS key
FROM (SELECT max(verdict) AS num FROM tasks WHERE series = :series) w
CROSS JOIN verdicts v ON v.num = w.num
CROSS JOIN builds b ON b.checkout_id = v.checkout_id
WHERE +b.num < :after
ORDER BY b.num DESC LIMIT :limit;

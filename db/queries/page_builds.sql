-- sorts: the builds of one checkout
SELECT b.id AS "build id", b.config_name AS config, b.compiler, b.status, b.start_time AS "when time",
       b.duration_ms / 1000 AS "seconds int",
       (SELECT count(*) FROM diagnostics WHERE build = b.num AND kind = 'warning') AS "warnings int",
       (SELECT text FROM diagnostics WHERE build = b.num AND kind = 'error' ORDER BY seq LIMIT 1) AS error,
       CASE WHEN b.log_sha256 IS NOT NULL THEN b.id END AS "log id", b.num AS key
FROM checkouts c JOIN builds b ON b.checkout_id = c.id
WHERE c.num = :checkout AND +b.num < :after
ORDER BY b.num DESC LIMIT :limit;

SELECT b.start_time AS "when time", b.config_name AS config, c.name AS series, d.file, NULLIF(d.line, 0) AS "file_line int",
       d.text AS warning, NULLIF(c.message_id, '') AS message_id, b.id AS "build id",
       CASE WHEN b.log_sha256 IS NOT NULL THEN b.id END AS "log id",
       CASE WHEN b.log_sha256 IS NOT NULL THEN NULLIF(d.log_line, 0) END AS "line int", b.num * 1000000 - d.seq AS key
FROM builds b JOIN diagnostics d ON d.build = b.num JOIN checkouts c ON c.id = b.checkout_id
WHERE b.num >= (SELECT num FROM builds WHERE start_time >= :since ORDER BY start_time LIMIT 1)
  AND b.num <= :after / 1000000 + 1 AND b.num * 1000000 - d.seq < :after AND d.kind = 'warning'
ORDER BY b.num DESC, d.seq LIMIT :limit;

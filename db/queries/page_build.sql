SELECT b.id AS "build id", b.config_name AS config, b.status, b.compiler, b.architecture, b.command,
       b.start_time AS "when time", b.duration_ms / 1000 AS "seconds int", c.id AS "checkout id",
       c.tree_name AS tree, c.git_commit_hash AS "commit id", COALESCE(c.fix, 'none') AS design,
       NULLIF(c.name, '') AS series, NULLIF(c.message_id, '') AS message_id,
       NULLIF(b.image_hash, '') AS "image id",
       CASE WHEN b.log_sha256 IS NOT NULL THEN b.id END AS "log id",
       (SELECT size FROM logs WHERE sha256 = b.log_sha256) AS "log_bytes int", b.num AS key
FROM builds b JOIN checkouts c ON c.id = b.checkout_id
WHERE b.num = :build AND b.num < :after LIMIT :limit;

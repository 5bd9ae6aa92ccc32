SELECT v.id AS "verdict id", v.kind, v.name AS series,
       COALESCE(s.message_id, NULLIF(c.message_id, '')) AS message_id, s.version AS "version int",
       v.created AS "when time", v.duration_ms / 1000 AS "seconds int",
       COALESCE(t.tree, c.tree_name) AS tree, COALESCE(c.fix, 'none') AS design, t.plan,
       c.id AS "checkout id", v.base_id AS "base_checkout id", c.git_commit_hash AS "commit id",
       (SELECT count(*) FROM reasons WHERE verdict = v.num) AS "reasons int", v.num AS key
FROM verdicts v LEFT JOIN checkouts c ON c.id = v.checkout_id
LEFT JOIN tasks t ON t.verdict = v.num LEFT JOIN series s ON s.num = t.series
WHERE v.num = :verdict AND v.num < :after LIMIT :limit;

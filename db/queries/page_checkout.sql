SELECT c.id AS "checkout id", c.tree_name AS tree, c.git_commit_hash AS "commit id", NULLIF(c.tip, '') AS "tip id",
       COALESCE(c.fix, 'none') AS design, CASE c.overlay WHEN 1 THEN 'yes' ELSE 'no' END AS tests,
       NULLIF(c.name, '') AS series, NULLIF(c.message_id, '') AS message_id,
       CASE c.valid WHEN 1 THEN 'applies' ELSE 'does not apply' END AS state,
       (SELECT id FROM verdicts WHERE checkout_id = c.id ORDER BY num DESC LIMIT 1) AS "verdict id",
       c.created AS "when time", c.num AS key
FROM checkouts c
WHERE c.num = :checkout AND c.num < :after LIMIT :limit;

SELECT j.start_time AS "when time", j.target, c.tree_name AS tree, COALESCE(c.fix, 'none') AS design,
       c.name AS series, NULLIF(c.message_id, '') AS message_id, j.id AS "job id", min(n.first_line) AS "line int", n.job AS key
FROM incidents n JOIN jobs j ON j.num = n.job JOIN builds b ON b.id = j.build_id
  JOIN checkouts c ON c.id = b.checkout_id
WHERE n.issue = :issue AND n.job < :after
GROUP BY n.job ORDER BY n.job DESC LIMIT :limit;

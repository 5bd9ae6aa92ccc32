SELECT p.path AS test, t.status, NULLIF(t.comment, '') AS comment, j.start_time AS "when time", j.target,
       c.tree_name AS tree, COALESCE(c.fix, 'none') AS design, NULLIF(c.name, '') AS series,
       NULLIF(c.message_id, '') AS message_id, j.id AS "job id", t.line AS "line int",
       (SELECT f.start_time FROM jobs f WHERE f.num = (SELECT min(job) FROM tests WHERE path = p.num)) AS "since time",
       k.why AS known_why, k.until AS "known_until time", k.num AS "known int", p.num AS key
FROM test_paths p
LEFT JOIN jobs j ON j.num = (SELECT max(job) FROM tests WHERE path = p.num)
LEFT JOIN tests t ON t.job = j.num AND t.path = p.num AND t.seq = (SELECT max(seq) FROM tests WHERE job = j.num AND path = p.num)
LEFT JOIN builds b ON b.id = j.build_id LEFT JOIN checkouts c ON c.id = b.checkout_id
LEFT JOIN knowns k ON k.num = (SELECT max(num) FROM knowns
  WHERE what IN (p.path, substr(p.path, 1, instr(p.path || '.', '.') - 1) || '.*') AND is_signature = 0 AND until > :now)
WHERE p.num = :path AND p.num < :after LIMIT :limit;

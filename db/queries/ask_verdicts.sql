-- scans: the rows of one page
-- sorts: likewise
SELECT v.created AS "when time", v.kind, v.name AS series,
       (SELECT r.kind FROM reasons r WHERE r.verdict = v.num ORDER BY r.seq LIMIT 1) AS reason,
       (SELECT r.subject FROM reasons r WHERE r.verdict = v.num ORDER BY r.seq LIMIT 1) AS subject,
       v.duration_ms / 1000 AS "seconds int",
       COALESCE((SELECT s.message_id FROM tasks t JOIN series s ON s.num = t.series WHERE t.verdict = v.num),
                (SELECT NULLIF(message_id, '') FROM checkouts WHERE id = v.checkout_id)) AS message_id,
       v.id AS "verdict id", v.num AS key
FROM (SELECT * FROM (SELECT num FROM verdicts WHERE :kind = '' AND num < :after ORDER BY num DESC LIMIT :limit)
      UNION ALL
      SELECT * FROM (SELECT num FROM verdicts WHERE kind = :kind AND num < :after ORDER BY num DESC LIMIT :limit)) n
CROSS JOIN verdicts v ON v.num = n.num
ORDER BY v.num DESC;

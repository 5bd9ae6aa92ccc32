SELECT s.time AS "when time", s.name AS series, s.version AS "version int",
       s.received || '/' || s.total AS patches, s.author,
       COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state,
       s.message_id, s.num AS key
FROM series s
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = t.verdict
WHERE s.num < :after AND (:source = '' OR s.source = :source)
ORDER BY s.num DESC LIMIT :limit;

-- What is filtered looks at 10000 series a page.
SELECT s.time AS "when time", s.name AS series, s.version AS "version int",
       s.received || '/' || s.total AS patches, s.author, s.source,
       COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state,
       s.message_id, v.id AS "verdict id", s.num AS key
FROM series s
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = t.verdict
WHERE s.num < :after AND s.num >= min(:after, (SELECT max(num) FROM series) + 1) - 10000
  AND (:source = '' OR s.source = :source)
  AND (:words = '' OR instr(lower(s.author || ' ' || s.name), lower(:words)) > 0)
  AND (:state = '' OR :state = COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END))
ORDER BY s.num DESC LIMIT :limit;

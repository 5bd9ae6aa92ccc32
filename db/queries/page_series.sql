SELECT s.name AS series, s.message_id, s.author, s.time AS "when time", s.version AS "version int",
       s.received || '/' || s.total AS patches, s.source,
       COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state,
       s.decision, t.tree, t.plan, NULLIF(t.why, '') AS why,
       (SELECT id FROM verdicts WHERE num = (SELECT max(verdict) FROM tasks WHERE series = s.num)) AS "verdict id",
       (SELECT created FROM verdicts WHERE num = (SELECT max(verdict) FROM tasks WHERE series = s.num)) AS "tested time",
       (SELECT message_id FROM series WHERE num = s.older) AS older_message_id,
       (SELECT message_id FROM series WHERE num = s.newer) AS newer_message_id,
       (SELECT message_id FROM series WHERE num = s.same) AS same_message_id,
       (SELECT by FROM approvals WHERE digest = s.digest) AS approved_by,
       (SELECT CASE WHEN origin NOT LIKE 'file:%' THEN NULLIF(origin, '') END FROM mails WHERE msgid = s.message_id AND series = s.num LIMIT 1) AS url,
       s.num AS key
FROM series s
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = t.verdict
WHERE s.num = :series AND s.num < :after LIMIT :limit;

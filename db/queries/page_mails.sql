-- sorts: the mails of one series
SELECT m.created AS "when time", m.kind, m.subject, m.sender_name AS sender, m.sender_email AS address,
       m.msgid AS message_id, NULLIF(m.origin, '') AS url, NULLIF(m.reason, '') AS reason, m.num AS key
FROM mails m
WHERE m.series = :series AND m.num < :after
ORDER BY m.num DESC LIMIT :limit;

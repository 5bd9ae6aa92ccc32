SELECT series, time FROM mails WHERE msgid = :id AND sorted = 1
UNION ALL
SELECT m.series, m.time FROM mail_refs r JOIN mails m ON m.num = r.mail
WHERE r.msgid = :id AND m.sorted = 1
LIMIT :limit;

SELECT m.number AS "patch int", m.name AS subject, m.author_name AS author, m.time AS "when time",
       x.paths AS files, m.msgid AS message_id, NULLIF(m.origin, '') AS url, -f.seq AS key
FROM series_full f JOIN mails m ON m.num = f.mail LEFT JOIN mail_texts x ON x.mail = m.num
WHERE f.series = :series AND f.seq > -:after
ORDER BY f.seq LIMIT :limit;

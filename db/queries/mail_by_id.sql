-- sorts: the mails of one Message-ID
SELECT * FROM mail_rows WHERE msgid = :msgid ORDER BY num DESC;

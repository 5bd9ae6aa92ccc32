SELECT 1 FROM mails WHERE msgid = :msgid LIMIT 1;

-- sorts: the mails of one Message-ID
SELECT * FROM series WHERE num =
  (SELECT max(series) FROM mails WHERE msgid = :msgid AND series IS NOT NULL);

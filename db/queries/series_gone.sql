DELETE FROM series
WHERE num = :gone AND NOT EXISTS(SELECT 1 FROM mails WHERE series = :gone);

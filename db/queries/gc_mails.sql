-- Bytes of mails whose series was never to be tested, nor lent them to one that was.
SELECT r.mail, length(r.packed) FROM mail_raws r JOIN mails m ON m.num = r.mail
WHERE r.mail > :after AND m.created < :before
  AND NOT EXISTS(SELECT 1 FROM tasks WHERE series = m.series)
  AND NOT EXISTS(SELECT 1 FROM series_full f JOIN tasks t ON t.series = f.series
                 WHERE f.mail = m.num)
ORDER BY r.mail LIMIT :limit;

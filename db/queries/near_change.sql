SELECT series, time FROM mails
WHERE change_id = :id COLLATE NOCASE AND change_id <> ''
  AND sorted = 1 AND kind IN ('patch', 'cover')
LIMIT :limit;

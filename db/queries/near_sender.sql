SELECT series, time FROM mails
WHERE sender_email = :email COLLATE NOCASE AND time BETWEEN :from AND :to
  AND sorted = 1 AND kind IN ('patch', 'cover')
LIMIT :limit;

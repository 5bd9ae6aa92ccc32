INSERT OR IGNORE INTO approved_authors(email)
SELECT m.author_email FROM series_full f JOIN mails m ON m.num = f.mail
WHERE f.series = :series AND m.author_email <> '';

SELECT m.* FROM series_full f JOIN mail_rows m ON m.num = f.mail
WHERE f.series = :series ORDER BY f.seq;

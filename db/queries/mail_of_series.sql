SELECT * FROM mail_rows WHERE series = :series;

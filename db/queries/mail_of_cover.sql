SELECT * FROM mail_rows WHERE num = (SELECT cover FROM series WHERE num = :series);

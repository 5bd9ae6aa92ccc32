INSERT INTO sources(name, cursor, served) VALUES(:name, '', 0) RETURNING num;

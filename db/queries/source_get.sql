SELECT num, cursor FROM sources WHERE name = :name;

SELECT * FROM series WHERE num = :num;

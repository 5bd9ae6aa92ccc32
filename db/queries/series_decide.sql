UPDATE series SET decision = :decision WHERE num = :num RETURNING num;

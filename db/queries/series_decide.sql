UPDATE series SET decision = :decision WHERE num = :num;

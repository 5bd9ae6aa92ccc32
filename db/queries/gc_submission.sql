DELETE FROM submissions WHERE num = :num;

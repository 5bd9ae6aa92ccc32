DELETE FROM knowns WHERE num = :num;

DELETE FROM outbox WHERE num = :num;

SELECT * FROM outbox_rows WHERE num = :num;

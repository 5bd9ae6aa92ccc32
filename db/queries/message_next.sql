SELECT * FROM outbox_rows WHERE state IN ('waiting', 'sending') AND not_before <= :now
ORDER BY not_before, num LIMIT 1;

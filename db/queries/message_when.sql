SELECT not_before FROM outbox WHERE state IN ('waiting', 'sending') AND not_before > :now
ORDER BY not_before LIMIT 1;

UPDATE outbox SET state = 'sending', attempts = attempts + 1, tried = :now, not_before = :not_before
WHERE num = :num AND state IN ('waiting', 'sending');

SELECT num, id, kind, COALESCE(checkout_id, ''), COALESCE(base_id, ''), name, created, duration_ms
FROM verdicts WHERE id = :id;

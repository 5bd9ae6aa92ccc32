SELECT num, id, kind, COALESCE(checkout_id, ''), COALESCE(base_id, ''), name, created, duration_ms,
       (SELECT text FROM verdict_texts WHERE verdict = num)
FROM verdicts WHERE id = :id;

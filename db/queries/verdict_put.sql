INSERT INTO verdicts(id, kind, checkout_id, base_id, name, created, duration_ms)
VALUES(COALESCE(:id, lower(hex(randomblob(8)))), :kind, NULLIF(:checkout_id, ''),
       NULLIF(:base_id, ''), :name, :created, :duration_ms)
ON CONFLICT(id) DO UPDATE SET
  kind = excluded.kind, checkout_id = excluded.checkout_id, base_id = excluded.base_id,
  name = excluded.name, created = excluded.created, duration_ms = excluded.duration_ms
RETURNING num, id;

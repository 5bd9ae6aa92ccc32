INSERT INTO knowns(is_signature, what, why, by, until, created)
VALUES(:is_signature, :what, :why, :by, :until, :created)
ON CONFLICT(what) DO UPDATE SET why = excluded.why, by = excluded.by, until = excluded.until
RETURNING num, created;

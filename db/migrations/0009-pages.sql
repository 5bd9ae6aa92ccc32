-- What the pages' questions need beside 0008.

-- Verdicts of one kind, which may be few among many.
CREATE INDEX verdicts_kind ON verdicts(kind, num);

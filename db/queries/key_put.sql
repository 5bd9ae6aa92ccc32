-- The day of a key that is handed on again and again is written once a day.
INSERT INTO source_keys(source, key, seen) VALUES(:source, :key, :now)
ON CONFLICT(source, key) DO UPDATE SET seen = excluded.seen WHERE excluded.seen > seen + 86400;

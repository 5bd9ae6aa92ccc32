INSERT INTO watches(name, "commit", tested) VALUES(:name, :commit, :tested)
ON CONFLICT(name) DO UPDATE SET "commit" = excluded."commit", tested = excluded.tested;

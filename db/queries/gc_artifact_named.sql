SELECT 1 FROM artifacts WHERE sha256 = :name LIMIT 1;

SELECT 1 FROM logs WHERE sha256 = :name;

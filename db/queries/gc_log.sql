DELETE FROM logs WHERE sha256 = :name;

UPDATE jobs SET log_sha256 = NULL WHERE num = :num;

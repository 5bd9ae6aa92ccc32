DELETE FROM tests WHERE job = :job;

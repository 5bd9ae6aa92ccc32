DELETE FROM incidents WHERE job = :job;

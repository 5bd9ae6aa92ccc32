INSERT INTO tests(job, seq, path, status, line, comment)
VALUES(:job, :seq, (SELECT num FROM test_paths WHERE path = :path), :status, :line, :comment);

-- -1 is no job's: a job that is not stored violates the key instead of vanishing.
INSERT INTO outcome_tests(outcome, seq, path, status, line, comment, job)
VALUES(:outcome, :seq, (SELECT num FROM test_paths WHERE path = :path), :status, :line, :comment,
       iif(:job_id IS NULL, NULL, COALESCE((SELECT num FROM jobs WHERE id = :job_id), -1)));

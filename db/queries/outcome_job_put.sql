-- -1 is no job's: a job that is not stored violates the key instead of vanishing.
INSERT INTO outcome_jobs(outcome, seq, job)
VALUES(:outcome, :seq, COALESCE((SELECT num FROM jobs WHERE id = :job_id), -1));

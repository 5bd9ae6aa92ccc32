INSERT INTO bisection_runs(bisection, seq, verdict, job_id, ms, created)
VALUES(:bisection, :seq, :verdict, :job_id, :ms, :created);

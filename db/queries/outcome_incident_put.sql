-- sorts: few incidents have the signature in these few jobs
-- The incident that is meant: of the job that is named, at that line, else the first boot's.
-- CROSS JOIN keeps the order: from the outcome's jobs, not from all that ever saw the issue.
INSERT INTO outcome_incidents(outcome, seq, job, incident)
SELECT :outcome, :seq, n.job, n.seq
FROM outcome_jobs o
CROSS JOIN incidents n ON n.job = o.job AND n.issue = (SELECT num FROM issues WHERE id = :id)
CROSS JOIN jobs j ON j.num = o.job
WHERE o.outcome = :outcome
ORDER BY j.id IS :job_id DESC, n.first_line = :first_line DESC, o.seq, n.seq
LIMIT 1
RETURNING job;

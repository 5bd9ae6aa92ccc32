DELETE FROM submission_wants
WHERE task = :task AND EXISTS(SELECT 1 FROM submissions WHERE num = submission
                              AND state IN ('wanted', 'posted', 'queued'))
RETURNING submission;

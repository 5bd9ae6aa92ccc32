SELECT j.id FROM outcome_jobs o JOIN jobs j ON j.num = o.job
WHERE o.outcome = :outcome ORDER BY o.seq;

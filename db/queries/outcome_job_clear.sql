DELETE FROM outcome_jobs WHERE outcome = :outcome;

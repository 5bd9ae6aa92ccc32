DELETE FROM outcome_incidents WHERE outcome = :outcome;

DELETE FROM outcome_tests WHERE outcome = :outcome;

DELETE FROM reasons WHERE verdict = :verdict;

DELETE FROM changes WHERE verdict = :verdict;

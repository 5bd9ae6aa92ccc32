DELETE FROM verdict_texts WHERE verdict = :verdict;

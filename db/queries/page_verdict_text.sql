SELECT x.text, x.verdict AS key FROM verdict_texts x
WHERE x.verdict = :verdict AND x.verdict < :after LIMIT :limit;

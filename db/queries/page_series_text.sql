-- sorts: the few tasks of a series
SELECT x.text, x.verdict AS key FROM verdict_texts x
WHERE x.verdict = (SELECT max(verdict) FROM tasks WHERE series = :series AND verdict IS NOT NULL)
  AND x.verdict < :after LIMIT :limit;

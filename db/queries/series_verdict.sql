-- sorts: the few tasks of a series
SELECT max(verdict) FROM tasks WHERE series = :series;

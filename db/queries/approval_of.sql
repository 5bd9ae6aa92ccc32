SELECT EXISTS(SELECT 1 FROM series_full WHERE series = :series) FROM series WHERE num = :series;

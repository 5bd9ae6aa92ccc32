DELETE FROM series_full WHERE series = :series;

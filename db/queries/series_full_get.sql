SELECT mail FROM series_full WHERE series = :series ORDER BY seq;

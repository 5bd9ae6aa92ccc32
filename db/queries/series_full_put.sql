INSERT INTO series_full(series, seq, mail) VALUES(:series, :seq, :mail);

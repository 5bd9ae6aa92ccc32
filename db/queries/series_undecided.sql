-- scans: the index of what is undecided, as far as :limit
SELECT * FROM series WHERE decision = '' ORDER BY num LIMIT :limit;

-- scans: the index of what is unsorted, as far as :limit
SELECT * FROM mail_rows WHERE sorted = 0 ORDER BY num LIMIT :limit;

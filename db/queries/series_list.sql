-- scans: from the newest, as far as :limit
SELECT * FROM series ORDER BY num DESC LIMIT :limit;

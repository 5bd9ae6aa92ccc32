-- scans: the one row of stores
SELECT * FROM submission_rows WHERE num = :num;

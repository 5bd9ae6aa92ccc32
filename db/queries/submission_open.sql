-- scans: the index of those that have not ended, and the one row of stores
SELECT * FROM submission_rows WHERE state <> 'ended' AND (:lab IS NULL OR lab = :lab) ORDER BY num;

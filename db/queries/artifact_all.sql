-- scans: a whole check reads every row
SELECT DISTINCT sha256 FROM artifacts ORDER BY sha256;

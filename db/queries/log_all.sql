-- scans: a whole check reads every row
SELECT sha256 FROM logs ORDER BY sha256;

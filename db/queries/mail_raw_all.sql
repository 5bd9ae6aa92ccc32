-- scans: a whole check reads every row
SELECT mail, size, packed FROM mail_raws;

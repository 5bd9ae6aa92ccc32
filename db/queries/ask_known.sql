-- scans: what people wrote, a few
-- sorts: likewise
SELECT k.what, k.until AS "ends time", (k.until - :now) / 86400 AS "days_left int", k.why, k.by,
       k.num AS "known int", -k.until * 1048576 - k.num AS key
FROM knowns k
WHERE k.until > :now AND -k.until * 1048576 - k.num < :after
ORDER BY key DESC LIMIT :limit;

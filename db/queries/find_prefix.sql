-- char(1114111) is the last code point: a range that the index of each id serves.
SELECT 'verdict', id FROM verdicts WHERE id >= :prefix AND id < :prefix || char(1114111)
UNION ALL
SELECT 'checkout', id FROM checkouts WHERE id >= :prefix AND id < :prefix || char(1114111)
UNION ALL
SELECT 'build', id FROM builds WHERE id >= :prefix AND id < :prefix || char(1114111)
UNION ALL
SELECT 'job', id FROM jobs WHERE id >= :prefix AND id < :prefix || char(1114111)
LIMIT 2;

-- scans: what people wrote, a few
SELECT num, is_signature, what, why, by, until, created
FROM knowns WHERE until > :now ORDER BY num;

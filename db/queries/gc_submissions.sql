SELECT num, 0 FROM submissions
WHERE num > :after AND state = 'ended' AND ended < :before
ORDER BY num LIMIT :limit;

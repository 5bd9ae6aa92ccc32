SELECT b.options AS text, 1 AS key
FROM builds b
WHERE b.num = :build AND b.options <> '' AND 1 < :after LIMIT :limit;

SELECT x.number AS "patch int", x.subject, x.file, x.hunk, x.detail, c.num AS key
FROM checkouts c JOIN conflicts x ON x.checkout_id = c.id
WHERE c.num = :checkout AND c.num < :after LIMIT :limit;

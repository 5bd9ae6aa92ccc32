SELECT c.created AS "when time", c.name AS series, c.tree_name AS tree, x.number AS "patch int", x.file,
       x.hunk, c.message_id, c.num AS key
FROM checkouts c JOIN conflicts x ON x.checkout_id = c.id
WHERE c.valid = 0 AND c.num < :after
ORDER BY c.num DESC LIMIT :limit;

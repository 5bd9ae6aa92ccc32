-- scans: from the newest, as far as :limit
SELECT 'checkout', id, tree_name, iif(valid, 'applied', 'conflict'), created
FROM checkouts ORDER BY num DESC LIMIT :limit;

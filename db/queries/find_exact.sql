SELECT 'verdict', id FROM verdicts WHERE id = :id
UNION ALL SELECT 'checkout', id FROM checkouts WHERE id = :id
UNION ALL SELECT 'build', id FROM builds WHERE id = :id
UNION ALL SELECT 'job', id FROM jobs WHERE id = :id;

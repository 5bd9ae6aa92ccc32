-- scans: from the newest, as far as :limit
SELECT * FROM task_rows WHERE state NOT IN ('running', 'waiting') ORDER BY num DESC LIMIT :limit;

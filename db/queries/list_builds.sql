-- scans: from the newest, as far as :limit
SELECT 'build', id, config_name, status, start_time FROM builds ORDER BY num DESC LIMIT :limit;

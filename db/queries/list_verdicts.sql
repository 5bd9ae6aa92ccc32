-- scans: from the newest, as far as :limit
SELECT 'verdict', id, name, kind, created FROM verdicts ORDER BY num DESC LIMIT :limit;

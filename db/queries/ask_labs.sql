-- scans: a row a lab
-- sorts: likewise
SELECT * FROM (
  SELECT l.name AS lab, CASE WHEN l.trouble <> '' THEN l.trouble WHEN l.seen = 0 THEN 'never asked' ELSE 'answers' END AS state,
         NULLIF(l.seen, 0) AS "seen time", l.queued AS "queued int",
         (SELECT count(*) FROM lab_devices d WHERE d.lab = l.name) AS "devices int",
         (SELECT COALESCE(sum(d.online), 0) FROM lab_devices d WHERE d.lab = l.name) AS "online int",
         row_number() OVER (ORDER BY l.name DESC) AS key
  FROM labs l)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

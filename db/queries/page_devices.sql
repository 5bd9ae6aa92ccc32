-- scans: a row a device
-- sorts: likewise
SELECT * FROM (
  SELECT d.lab, d.name AS device, d.type, d.health, d.state, d.worker, CASE d.online WHEN 1 THEN 'yes' ELSE 'no' END AS online,
         row_number() OVER (ORDER BY d.lab DESC, d.name DESC) AS key
  FROM lab_devices d WHERE :lab = '' OR d.lab = :lab)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

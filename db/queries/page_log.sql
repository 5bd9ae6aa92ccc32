-- scans: the one or two that it gathered
SELECT * FROM (
  SELECT 'console' AS kind, j.id AS "log id", j.id AS "job id", b.id AS "build id", j.target, b.config_name AS config,
         j.start_time AS "when time", j.log_sha256 AS "sha256 id",
         (SELECT size FROM logs WHERE sha256 = j.log_sha256) AS "size int", 2 AS key
  FROM jobs j JOIN builds b ON b.id = j.build_id WHERE j.id = :log
  UNION ALL
  SELECT 'build', b.id, NULL, b.id, NULL, b.config_name, b.start_time, b.log_sha256,
         (SELECT size FROM logs WHERE sha256 = b.log_sha256), 1
  FROM builds b WHERE b.id = :log)
WHERE key < :after LIMIT :limit;

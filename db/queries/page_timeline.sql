-- scans: what it gathered
-- sorts: what happened to one series
WITH tested AS MATERIALIZED (
  SELECT v.num, v.id, v.kind, v.created, v.checkout_id FROM tasks t JOIN verdicts v ON v.num = t.verdict
  WHERE t.series = :series),
e(time, rank, num, what, detail, target, job, build, verdict, message) AS (
  SELECT m.created, 0, m.num, 'mail', m.subject, NULL, NULL, NULL, NULL, m.msgid
  FROM mails m WHERE m.series = :series
  UNION ALL
  SELECT t.created, 1, t.num, 'queued', t.tree || ', plan ' || t.plan, NULL, NULL, NULL, NULL, NULL
  FROM tasks t WHERE t.series = :series
  UNION ALL
  SELECT t.started, 2, t.num, 'started', 'attempt ' || t.attempts, NULL, NULL, NULL, NULL, NULL
  FROM tasks t WHERE t.series = :series AND t.started > 0
  UNION ALL
  SELECT b.start_time, 3, b.num, 'build', b.config_name || ': ' || b.status, NULL, NULL, b.id, NULL, NULL
  FROM builds b WHERE b.checkout_id IN (SELECT checkout_id FROM tested)
  UNION ALL
  SELECT j.start_time, 4, j.num, 'boot', CASE j.outcome WHEN 'done' THEN j.boot ELSE j.outcome || ': ' || j.reason END,
         j.target, j.id, j.build_id, NULL, NULL
  FROM builds b JOIN jobs j ON j.build_id = b.id WHERE b.checkout_id IN (SELECT checkout_id FROM tested)
  UNION ALL
  SELECT w.created, 5, w.num, 'verdict', w.kind, NULL, NULL, NULL, w.id, NULL FROM tested w
  UNION ALL
  SELECT t.ended, 6, t.num, t.state, t.why, NULL, NULL, NULL, NULL, NULL
  FROM tasks t WHERE t.series = :series AND t.state IN ('dropped', 'failed') AND t.ended > 0
  UNION ALL
  SELECT CASE WHEN o.ended > 0 THEN o.ended ELSE o.created END, 7, o.num, o.kind || ' ' || o.state, o.subject,
         NULL, NULL, NULL, NULL, NULL
  FROM outbox o WHERE o.series = :series)
SELECT * FROM (
  SELECT time AS "when time", what, detail, target, job AS "job id", build AS "build id", verdict AS "verdict id",
         message AS message_id, time * 134217728 + rank * 16777216 + num % 16777216 AS key
  FROM e)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

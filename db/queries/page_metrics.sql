-- scans: what it gathered, and a row a lab, device, target, source
-- sorts: likewise
-- What /metrics shows: a name, its labels' values, a value. Of what comes every day the last
-- day's; numbers grow with time, so the last one tells how many there ever were.
WITH m(metric, a, b, value) AS (
  SELECT 'tasks', w.state, '', (SELECT count(*) FROM tasks WHERE state = w.state)
  FROM (SELECT 'waiting' AS state UNION ALL SELECT 'running') w
  UNION ALL
  SELECT 'task_oldest', '', '', :now - created FROM tasks
  WHERE num = (SELECT min(num) FROM tasks WHERE state = 'waiting')
  UNION ALL
  SELECT 'verdicts_day', kind, '', count(*) FROM verdicts WHERE created >= :since GROUP BY +kind
  UNION ALL
  SELECT 'builds_day', status, '', count(*) FROM builds WHERE start_time >= :since GROUP BY status
  UNION ALL
  SELECT 'boots_day', lab, outcome, count(*) FROM jobs WHERE start_time >= :since GROUP BY lab, outcome
  UNION ALL SELECT 'series', '', '', (SELECT max(num) FROM series)
  UNION ALL SELECT 'mails', '', '', (SELECT max(num) FROM mails)
  UNION ALL SELECT 'verdicts', '', '', (SELECT max(num) FROM verdicts)
  UNION ALL SELECT 'builds', '', '', (SELECT max(num) FROM builds)
  UNION ALL SELECT 'boots', '', '', (SELECT max(num) FROM jobs)
  UNION ALL
  SELECT 'outbox', 'held', '', count(*) FROM outbox WHERE state = 'held'
  UNION ALL
  SELECT 'outbox', 'waiting', '', count(*) FROM outbox WHERE state IN ('waiting', 'sending') AND not_before >= 0
  UNION ALL
  SELECT 'outbox_failed', '', '', COALESCE(sum(state = 'failed' AND ended >= :since), 0)
  FROM (SELECT state, ended FROM outbox WHERE num > (SELECT max(num) FROM outbox) - 1000)
  UNION ALL
  SELECT 'source_mail', s.name, '', (SELECT created FROM mails WHERE num = (SELECT max(num) FROM mails WHERE source = s.num))
  FROM sources s NOT INDEXED
  UNION ALL SELECT 'lab_up', name, '', trouble = '' FROM labs WHERE seen > 0
  UNION ALL SELECT 'lab_seen', name, '', NULLIF(seen, 0) FROM labs
  UNION ALL SELECT 'lab_queued', name, '', queued FROM labs
  UNION ALL SELECT 'device_up', lab, name, online <> 0 FROM lab_devices
  UNION ALL SELECT 'target_up', target, '', passed FROM target_health)
SELECT * FROM (
  SELECT metric, a, b, value AS "value int", row_number() OVER (ORDER BY metric DESC, a DESC, b DESC) AS key
  FROM m WHERE value IS NOT NULL)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

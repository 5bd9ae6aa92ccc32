-- scans: what it gathered
-- sorts: what the verdicts of that time say of one test
WITH RECURSIVE s(path) AS (SELECT path FROM test_paths WHERE num = :path),
at(target) AS (
  SELECT min(target) FROM changes WHERE subject = (SELECT path FROM s)
  UNION ALL
  SELECT (SELECT min(target) FROM changes WHERE subject = (SELECT path FROM s) AND target > at.target)
  FROM at WHERE at.target IS NOT NULL),
n AS MATERIALIZED (
  SELECT c.verdict, c.seq, c.verdict * 1048576 + 1048575 - c.seq AS key
  FROM at CROSS JOIN changes c ON c.subject = (SELECT path FROM s) AND c.target = at.target
    AND c.verdict >= (SELECT num FROM verdicts WHERE created >= :since ORDER BY created LIMIT 1)
    AND c.verdict <= :after / 1048576
  WHERE c.verdict * 1048576 + 1048575 - c.seq < :after
  ORDER BY key DESC LIMIT :limit)
SELECT v.created AS "when time", c.class, c.target, c.base_status AS base, c.patched_status AS patched,
       c.base_bad AS "base_bad int", c.base_runs AS "base_runs int",
       c.patched_bad AS "patched_bad int", c.patched_runs AS "patched_runs int",
       v.name AS series, r.message_id, v.id AS "verdict id", n.key
FROM n CROSS JOIN changes c ON c.verdict = n.verdict AND c.seq = n.seq
CROSS JOIN verdicts v ON v.num = n.verdict
LEFT JOIN tasks t ON t.verdict = v.num LEFT JOIN series r ON r.num = t.series
ORDER BY n.key DESC;

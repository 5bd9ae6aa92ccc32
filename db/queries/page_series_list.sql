-- scans: the rows of one page
-- sorts: likewise
-- In the order in which they came; those of one state by the task or verdict that made it. Words
-- and sources are looked for in 10000 series a page, in 3000 of a state.
WITH n AS MATERIALIZED (
  SELECT * FROM (
    SELECT s.num, s.num AS key FROM series s
    WHERE :state = '' AND s.num < :after AND s.num >= min(:after, (SELECT max(num) FROM series) + 1) - 10000
      AND (:source = '' OR s.source = :source)
      AND (:words = '' OR instr(lower(s.author || ' ' || s.name), lower(:words)) > 0)
    ORDER BY s.num DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (
    SELECT t.series, t.num FROM tasks t CROSS JOIN series s ON s.num = t.series
    WHERE t.state = :state AND t.state <> 'done' AND t.num < :after
      AND t.num >= COALESCE((SELECT num FROM tasks WHERE state = :state AND num < :after ORDER BY num DESC LIMIT 1 OFFSET 3000), 0)
      AND NOT EXISTS(SELECT 1 FROM tasks y WHERE y.series = t.series AND y.num > t.num)
      AND (:source = '' OR s.source = :source)
      AND (:words = '' OR instr(lower(s.author || ' ' || s.name), lower(:words)) > 0)
    ORDER BY t.num DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (
    SELECT t.series, v.num FROM verdicts v CROSS JOIN tasks t ON t.verdict = v.num CROSS JOIN series s ON s.num = t.series
    WHERE v.kind = :state AND v.num < :after
      AND v.num >= COALESCE((SELECT num FROM verdicts WHERE kind = :state AND num < :after ORDER BY num DESC LIMIT 1 OFFSET 3000), 0)
      AND NOT EXISTS(SELECT 1 FROM tasks y WHERE y.series = t.series AND y.num > t.num)
      AND (:source = '' OR s.source = :source)
      AND (:words = '' OR instr(lower(s.author || ' ' || s.name), lower(:words)) > 0)
    ORDER BY v.num DESC LIMIT :limit)
  UNION ALL
  SELECT * FROM (
    SELECT s.num, s.num FROM series s
    WHERE :state IN ('not tested', 'not decided') AND (s.decision = '') = (:state = 'not decided')
      AND s.num < :after AND s.num >= min(:after, (SELECT max(num) FROM series) + 1) - 10000
      AND NOT EXISTS(SELECT 1 FROM tasks WHERE series = s.num)
      AND (:source = '' OR s.source = :source)
      AND (:words = '' OR instr(lower(s.author || ' ' || s.name), lower(:words)) > 0)
    ORDER BY s.num DESC LIMIT :limit))
SELECT s.time AS "when time", s.name AS series, s.version AS "version int",
       s.received || '/' || s.total AS patches, s.author, s.source,
       COALESCE(v.kind, t.state, CASE WHEN s.decision = '' THEN 'not decided' ELSE 'not tested' END) AS state,
       s.message_id, v.id AS "verdict id", n.key
FROM n CROSS JOIN series s ON s.num = n.num
LEFT JOIN tasks t ON t.num = (SELECT max(num) FROM tasks WHERE series = s.num)
LEFT JOIN verdicts v ON v.num = t.verdict
ORDER BY n.key DESC;

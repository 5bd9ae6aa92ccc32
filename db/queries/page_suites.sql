-- scans: what it gathered
-- sorts: the cases of one series on its targets
-- A case is told by its newest outcome; a name without a dot is a suite's own.
WITH w AS MATERIALIZED (
  SELECT v.checkout_id, v.base_id FROM tasks t JOIN verdicts v ON v.num = t.verdict
  WHERE t.series = :series AND v.checkout_id IS NOT NULL ORDER BY v.num DESC LIMIT 1),
seen AS MATERIALIZED (
  SELECT 0 AS patched, o.target, substr(p.path, 1, instr(p.path || '.', '.') - 1) AS suite, x.status
  FROM w CROSS JOIN builds b ON b.checkout_id = w.base_id CROSS JOIN outcomes o ON o.build_id = b.id
    CROSS JOIN outcome_tests x ON x.outcome = o.num CROSS JOIN test_paths p ON p.num = x.path
  UNION ALL
  SELECT 1, o.target, substr(p.path, 1, instr(p.path || '.', '.') - 1), x.status
  FROM w CROSS JOIN builds b ON b.checkout_id = w.checkout_id CROSS JOIN outcomes o ON o.build_id = b.id
    CROSS JOIN outcome_tests x ON x.outcome = o.num CROSS JOIN test_paths p ON p.num = x.path)
SELECT * FROM (
  SELECT suite, target,
         sum(NOT patched AND status = 'PASS') AS "base_pass int", sum(patched AND status = 'PASS') AS "pass int",
         sum(NOT patched AND status IN ('FAIL', 'ERROR', 'MISS')) AS "base_bad int",
         sum(patched AND status IN ('FAIL', 'ERROR', 'MISS')) AS "bad int",
         sum(NOT patched AND status = 'SKIP') AS "base_skip int", sum(patched AND status = 'SKIP') AS "skip int",
         row_number() OVER (ORDER BY suite DESC, target DESC) AS key
  FROM seen GROUP BY suite, target)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: what it gathered
-- sorts: the changes of one verdict
SELECT * FROM (
  SELECT CASE WHEN c.signature = '' AND c.subject <> 'boot' THEN c.subject END AS test,
         CASE WHEN c.signature <> '' OR c.subject = 'boot' THEN c.subject END AS report,
         NULLIF(c.signature, '') AS "signature id", c.target, c.class,
         c.base_status AS base, c.patched_status AS patched,
         c.base_bad AS "base_bad int", c.base_runs AS "base_runs int",
         c.patched_bad AS "patched_bad int", c.patched_runs AS "patched_runs int", c.chance AS "chance real",
         NULLIF(c.known, 0) AS "known int", NULLIF(c.why, '') AS why,
         j.id AS "job id", NULLIF(x.line, 0) AS "line int",
         -1048576 * CASE c.class WHEN 'broken' THEN 0 WHEN 'new' THEN 1 WHEN 'gone' THEN 2 WHEN 'flaky' THEN 3
           WHEN 'fixed' THEN 4 WHEN 'unknown' THEN CASE c.patched_status WHEN 'SKIP' THEN 8 ELSE 5 END
           WHEN 'still failing' THEN 6 ELSE 7 END - c.seq AS key
  FROM verdicts v
  CROSS JOIN changes c ON c.verdict = v.num
  LEFT JOIN test_paths p ON p.path = c.subject AND c.signature = ''
  LEFT JOIN outcomes o ON o.num =
    (SELECT o.num FROM builds b CROSS JOIN outcomes o ON o.build_id = b.id AND o.target = c.target
     WHERE b.checkout_id = v.checkout_id LIMIT 1)
  LEFT JOIN outcome_tests x ON x.path = p.num AND x.outcome = o.num
  LEFT JOIN jobs j ON j.num = x.job
  WHERE v.num = :verdict)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- scans: the one verdict that it is about
-- sorts: the few tasks of a series, and the targets of one test
SELECT o.target, b.config_name AS config,
       (SELECT y.status FROM builds z CROSS JOIN outcomes p ON p.build_id = z.id AND p.target = o.target
          CROSS JOIN outcome_tests y ON y.path = :path AND y.outcome = p.num
        WHERE z.checkout_id = w.base_id AND z.config_name = b.config_name LIMIT 1) AS base,
       x.status AS patched, x.comment, j.id AS "job id", x.line AS "line int", o.num AS key
FROM (SELECT v.checkout_id, v.base_id FROM tasks t JOIN verdicts v ON v.num = t.verdict
      WHERE t.series = :series AND v.checkout_id IS NOT NULL
      ORDER BY v.num DESC LIMIT 1) w
CROSS JOIN builds b ON b.checkout_id = w.checkout_id
CROSS JOIN outcomes o ON o.build_id = b.id
CROSS JOIN outcome_tests x ON x.path = :path AND x.outcome = o.num
LEFT JOIN jobs j ON j.num = x.job
WHERE +o.num < :after
ORDER BY o.num DESC LIMIT :limit;

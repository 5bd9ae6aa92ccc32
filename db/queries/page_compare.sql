-- scans: what it gathered
-- sorts: the changes of two verdicts
-- Against the nearest older version that has a verdict; what is no change is 'same'.
WITH RECURSIVE older(num, n) AS (
  SELECT older, 1 FROM series WHERE num = :series AND older IS NOT NULL
  UNION ALL
  SELECT s.older, o.n + 1 FROM older o CROSS JOIN series s ON s.num = o.num
  WHERE s.older IS NOT NULL AND o.n < 20),
was AS MATERIALIZED (
  SELECT t.verdict FROM older o CROSS JOIN tasks t ON t.series = o.num
  WHERE t.verdict IS NOT NULL ORDER BY o.n, t.verdict DESC LIMIT 1),
b AS MATERIALIZED (
  SELECT c.* FROM was CROSS JOIN changes c ON c.verdict = was.verdict WHERE c.class <> 'still passing'),
a AS MATERIALIZED (
  SELECT c.* FROM changes c
  WHERE c.verdict = (SELECT max(verdict) FROM tasks WHERE series = :series) AND c.class <> 'still passing'
    AND EXISTS(SELECT 1 FROM was))
SELECT * FROM (
  SELECT CASE WHEN x.signature = '' AND x.subject <> 'boot' THEN x.subject END AS test,
         CASE WHEN x.signature <> '' OR x.subject = 'boot' THEN x.subject END AS report,
         NULLIF(x.signature, '') AS "signature id", x.target, x.was, x.now,
         row_number() OVER (ORDER BY x.subject DESC, x.signature DESC, x.target DESC) AS key
  FROM (SELECT COALESCE(a.subject, b.subject) AS subject, COALESCE(a.signature, b.signature) AS signature,
               COALESCE(a.target, b.target) AS target, COALESCE(b.class, 'same') AS was, COALESCE(a.class, 'same') AS now
        FROM a FULL JOIN b ON b.subject = a.subject AND b.signature = a.signature AND b.target = a.target) x
  WHERE x.was <> x.now)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

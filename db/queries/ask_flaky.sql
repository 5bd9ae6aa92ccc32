-- scans: what it gathered
-- sorts: changes of the few verdicts that saw something flaky
WITH f AS MATERIALIZED (
  SELECT c.subject, c.target, count(*) AS verdicts, sum(c.base_bad + c.patched_bad) AS bad,
         sum(c.base_runs + c.patched_runs) AS runs, max(c.verdict) AS last
  FROM changes c
  WHERE c.class = 'flaky'
    AND c.verdict >= (SELECT num FROM verdicts WHERE created >= :since ORDER BY created LIMIT 1)
    AND (:target = '' OR c.target = :target)
  GROUP BY +c.subject, +c.target)
SELECT * FROM (
  SELECT f.subject, f.target, f.verdicts AS "verdicts int", f.bad AS "bad int", f.runs AS "runs int",
         v.created AS "last time", v.id AS "verdict id",
         f.verdicts * 4294967296 + row_number() OVER (ORDER BY f.subject DESC, f.target DESC) AS key
  FROM f JOIN verdicts v ON v.num = f.last)
WHERE key < :after ORDER BY key DESC LIMIT :limit;

-- Numbers grow with time and are not given twice, so the last one tells how many there were.
SELECT (SELECT max(num) FROM series) AS "series int", (SELECT max(num) FROM mails) AS "mails int",
       (SELECT max(num) FROM verdicts) AS "verdicts int", (SELECT max(num) FROM builds) AS "builds int",
       (SELECT max(num) FROM jobs) AS "boots int", (SELECT max(num) FROM issues) AS "reports int",
       (SELECT max(num) FROM test_paths) AS "tests int", (SELECT max(num) FROM bisections) AS "bisections int", 1 AS key
WHERE 1 < :after LIMIT :limit;

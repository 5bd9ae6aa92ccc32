SELECT j.start_time AS "when time", i.title AS report, i.type, i.function, j.target, j.id AS "job id",
       n.first_line AS "line int", i.id AS "signature id", i.num AS key
FROM issues i
LEFT JOIN incidents n ON n.issue = i.num AND n.job = (SELECT min(job) FROM incidents WHERE issue = i.num)
  AND n.seq = (SELECT min(m.seq) FROM incidents m WHERE m.job = n.job AND m.issue = i.num)
LEFT JOIN jobs j ON j.num = n.job
WHERE i.num < :after
ORDER BY i.num DESC LIMIT :limit;

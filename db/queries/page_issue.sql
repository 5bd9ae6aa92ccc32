SELECT i.title AS report, i.type, i.function, i.id AS "signature id", NULLIF(i.alt, '') AS also, i.frames,
       f.start_time AS "first time", f.target AS first_on, f.id AS "first_job id",
       l.start_time AS "last time", l.target AS last_on, l.id AS "job id", n.first_line AS "line int",
       n.last_line AS "last_line int", (SELECT sum(boots) FROM issue_weeks WHERE issue = i.num) AS "boots int",
       (SELECT sum(times) FROM issue_weeks WHERE issue = i.num) AS "times int", k.why AS known_why, k.until AS "known_until time", k.num AS "known int", i.num AS key
FROM issues i
LEFT JOIN jobs f ON f.num = (SELECT min(job) FROM incidents WHERE issue = i.num)
LEFT JOIN jobs l ON l.num = (SELECT max(job) FROM incidents WHERE issue = i.num)
LEFT JOIN incidents n ON n.job = l.num AND n.issue = i.num
  AND n.seq = (SELECT min(seq) FROM incidents WHERE job = l.num AND issue = i.num)
LEFT JOIN knowns k ON k.what = i.id AND k.is_signature = 1 AND k.until > :now
WHERE i.num = :issue AND i.num < :after LIMIT :limit;

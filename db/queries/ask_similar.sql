-- sorts: the few that share a title or a function
SELECT i.title, i.function,
       CASE WHEN i.title = o.title THEN 'title' ELSE 'function' END AS same,
       (SELECT j.start_time FROM incidents n JOIN jobs j ON j.num = n.job
        WHERE n.issue = i.num ORDER BY n.job DESC LIMIT 1) AS "last time",
       i.id AS "signature id", i.num AS key
FROM issues o JOIN issues i ON i.title = o.title OR (i.function = o.function AND i.function <> '')
WHERE o.num = :issue AND i.num <> o.num AND i.num < :after
ORDER BY i.num DESC LIMIT :limit;

SELECT i.id, COALESCE(n.title, i.title), COALESCE(n.type, i.type),
       COALESCE(n.function, i.function), COALESCE(n.alt, i.alt), COALESCE(n.frames, i.frames),
       n.first_line, n.last_line, n.fatal, n.corrupted, j.id
FROM outcome_incidents o
JOIN incidents n ON n.job = o.job AND n.seq = o.incident
JOIN issues i ON i.num = n.issue
JOIN jobs j ON j.num = n.job
WHERE o.outcome = :outcome ORDER BY o.seq;

SELECT i.id, COALESCE(n.title, i.title), COALESCE(n.type, i.type),
       COALESCE(n.function, i.function), COALESCE(n.alt, i.alt), COALESCE(n.frames, i.frames),
       n.first_line, n.last_line, n.fatal, n.corrupted
FROM incidents n JOIN issues i ON i.num = n.issue
WHERE n.job = :job ORDER BY n.seq;

-- Words equal to the issue's are not kept twice.
INSERT INTO incidents(job, seq, issue, title, type, function, alt, frames, first_line, last_line,
                      fatal, corrupted)
SELECT :job, :seq, num, NULLIF(:title, title), NULLIF(:type, type), NULLIF(:function, function),
       NULLIF(:alt, alt), NULLIF(:frames, frames), :first_line, :last_line, :fatal, :corrupted
FROM issues WHERE id = :id;

SELECT kind, target, subject, detail, log_of, line
FROM reasons WHERE verdict = :verdict ORDER BY seq;

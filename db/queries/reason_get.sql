SELECT kind, target, subject, detail, log_of, line, signature, excerpt, patch, base_bad, base_runs,
       patched_bad, patched_runs, chance
FROM reasons WHERE verdict = :verdict ORDER BY seq;

SELECT class, target, subject, signature, base_status, patched_status, base_bad, base_runs,
       patched_bad, patched_runs, chance, known, why
FROM changes WHERE verdict = :verdict ORDER BY seq;

INSERT INTO reasons(verdict, seq, kind, target, subject, detail, log_of, line, signature, excerpt,
                    patch, base_bad, base_runs, patched_bad, patched_runs, chance)
VALUES(:verdict, :seq, :kind, :target, :subject, :detail, :log_of, :line, :signature, :excerpt,
       :patch, :base_bad, :base_runs, :patched_bad, :patched_runs, :chance);

INSERT INTO reasons(verdict, seq, kind, target, subject, detail, log_of, line)
VALUES(:verdict, :seq, :kind, :target, :subject, :detail, :log_of, :line);

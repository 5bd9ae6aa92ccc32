INSERT INTO diagnostics(build, seq, kind, file, line, text, excerpt, log_line)
VALUES(:build, :seq, :kind, :file, :line, :text, :excerpt, :log_line);

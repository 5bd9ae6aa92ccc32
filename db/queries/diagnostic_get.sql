SELECT kind, file, line, text, excerpt, log_line
FROM diagnostics WHERE build = :build ORDER BY seq;

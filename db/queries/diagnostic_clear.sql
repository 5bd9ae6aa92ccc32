DELETE FROM diagnostics WHERE build = :build;

DELETE FROM artifacts WHERE build = :build;

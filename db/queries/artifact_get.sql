-- sorts: few rows a build
SELECT name, sha256 FROM artifacts WHERE build = :build ORDER BY seq;

-- sorts: the few files of one build
SELECT a.name, a.size AS "bytes int", a.sha256 AS "sha256 id", -a.seq AS key
FROM artifacts a
WHERE a.build = :build AND a.seq > -:after
ORDER BY a.seq LIMIT :limit;

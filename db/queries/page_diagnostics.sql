SELECT d.kind, d.file, NULLIF(d.line, 0) AS "file_line int", d.text, d.excerpt,
       CASE WHEN b.log_sha256 IS NOT NULL THEN b.id END AS "log id",
       CASE WHEN b.log_sha256 IS NOT NULL THEN NULLIF(d.log_line, 0) END AS "line int", -d.seq AS key
FROM diagnostics d JOIN builds b ON b.num = d.build
WHERE d.build = :build AND d.seq > -:after
ORDER BY d.seq LIMIT :limit;

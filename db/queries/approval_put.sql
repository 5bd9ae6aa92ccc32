INSERT INTO approvals(digest, by, created)
SELECT digest, :by, :now FROM series WHERE num = :series
ON CONFLICT(digest) DO NOTHING;

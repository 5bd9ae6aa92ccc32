-- scans: at most :limit
-- sorts: likewise
SELECT id FROM (
  SELECT num, id FROM jobs
  WHERE build_id = :build_id AND target = :target AND filter = :filter AND outcome = 'done'
  ORDER BY num DESC LIMIT :limit)
ORDER BY num;

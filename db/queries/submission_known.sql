SELECT num FROM submissions
WHERE build_id = :build_id AND lab = :lab AND target = :target AND filter = :filter
  AND purpose = 'test' AND state <> 'ended' AND cancel = 0
ORDER BY num LIMIT 1;

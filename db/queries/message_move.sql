-- What was dropped while it was under way and went all the same was sent. One that failed and is
-- sent after all is tried as often as a new one.
UPDATE outbox SET
  state = :state, not_before = :not_before, why = :why,
  attempts = iif(:state = 'waiting' AND state = 'failed', 0, attempts),
  ended = iif(:state IN ('sent', 'dropped', 'failed'), :now, 0)
WHERE num = :num AND CASE :state
  WHEN 'held' THEN state IN ('waiting', 'sending')
  WHEN 'waiting' THEN state IN ('held', 'waiting', 'sending', 'failed')
  WHEN 'sent' THEN state IN ('waiting', 'sending', 'dropped')
  WHEN 'failed' THEN state IN ('waiting', 'sending')
  WHEN 'dropped' THEN state IN ('held', 'waiting', 'sending', 'failed')
END;

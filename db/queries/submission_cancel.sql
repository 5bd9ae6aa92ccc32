-- What was never sent ends at once.
UPDATE submissions SET cancel = 1, ended = iif(state = 'wanted', :now, 0),
                       state = iif(state = 'wanted', 'ended', state)
WHERE num = :num AND state <> 'ended' AND cancel = 0
  AND NOT EXISTS(SELECT 1 FROM submission_wants WHERE submission = :num)
RETURNING num;

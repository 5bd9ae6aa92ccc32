UPDATE submissions SET state = iif(cancel, 'ended', 'wanted'), ended = iif(cancel, :now, 0),
                       lava_id = 0, device = '', started = 0
WHERE num = :num AND state <> 'ended'
RETURNING num;

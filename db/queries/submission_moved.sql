UPDATE submissions SET state = :state, lava_id = :lava_id, device = :device, started = :started
WHERE num = :num AND state <> 'ended'
RETURNING num;

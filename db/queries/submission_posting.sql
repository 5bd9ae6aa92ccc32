UPDATE submissions SET state = 'posted', posted = :now
WHERE num = :num AND state IN ('wanted', 'posted') AND cancel = 0
RETURNING num;

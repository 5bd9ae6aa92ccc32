-- Whoever kills the agent three times in a row loses no time; from then on others go first, longer
-- and longer, and what is behind :most deaths is over.
UPDATE tasks SET deaths = deaths + 1, attempts = max(attempts - 1, 0), owner = '',
                 state = iif(deaths + 1 < :most, 'waiting', 'failed'),
                 ended = iif(deaths + 1 < :most, 0, :now),
                 not_before = iif(deaths < 3, 0, :now + min(5 << (deaths - 3), 900)),
                 why = iif(deaths + 1 < :most, 'its owner is no more',
                           'given up: ' || (deaths + 1) || ' times the agent ended while it was tested')
WHERE state = 'running' AND substr(owner, 1, length(:owners)) = :owners
RETURNING num;

-- -1 is no verdict's number: a message on one that is not there is an error.
INSERT INTO outbox(kind, state, key, subject, receiver, series, verdict, created, not_before, tried,
                   ended, attempts, why, body)
VALUES(:kind, :state, :key, :subject, :receiver, :series,
       iif(:verdict_id = '', NULL, COALESCE((SELECT num FROM verdicts WHERE id = :verdict_id), -1)),
       :created, :not_before, :tried, :ended, :attempts, :why, :body)
ON CONFLICT(key) DO NOTHING;

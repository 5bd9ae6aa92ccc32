UPDATE outbox SET state = 'dropped', why = :why, ended = :now
WHERE series = :series AND kind = :kind AND state IN ('held', 'waiting')
  AND iif(json_valid(body), json_extract(body, '$.state'), '') = 'pending';

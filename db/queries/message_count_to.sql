SELECT count(*) FROM outbox_addresses a JOIN outbox o ON o.num = a.message
WHERE a.address = :address AND o.kind = 'mail'
  AND (o.state = 'sending' OR (o.state = 'sent' AND o.ended >= :since));

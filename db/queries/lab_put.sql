INSERT INTO labs(name, seen, asked, trouble, queued)
VALUES(:lab, :seen, :asked, :trouble, :queued)
ON CONFLICT(name) DO UPDATE SET
  seen = excluded.seen, asked = excluded.asked, trouble = excluded.trouble,
  queued = excluded.queued;

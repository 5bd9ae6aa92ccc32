-- Indexes of patches and covers whose pages are few in a batch of mails. Their condition is the kind,
-- which stays: with `sorted` in it, each mail that was sorted went out of them and in again. A name
-- comes behind its sender: what one sends at a time lies together, and names by themselves do not.
DROP INDEX mails_sender;
DROP INDEX mails_name;
DROP INDEX mails_change;
CREATE INDEX mails_sender ON mails(sender_email COLLATE NOCASE, time)
  WHERE kind IN ('patch', 'cover');
CREATE INDEX mails_name ON mails(sender_email COLLATE NOCASE, name COLLATE NOCASE, time)
  WHERE kind IN ('patch', 'cover');
CREATE INDEX mails_change ON mails(change_id COLLATE NOCASE)
  WHERE kind IN ('patch', 'cover') AND change_id <> '';

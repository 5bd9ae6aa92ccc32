-- To tests/queries/store.sql: a mail of each series, by which its page is found, and a task that is over.
INSERT INTO mails(num, msgid, hash, kind, sorted, series, time, name, sender_email, sender_name, author_email, author_name,
    subject, date, refs, lists, prefixes, number, total, version, revision, resend, patch_id, base_commit, change_id, needs,
    reason, source, origin, created)
  SELECT num + 100, message_id, 'more', 'patch', 1, num, 0, '', '', '', 'new@example.org', 'New', '', '', '', '', '', 1, 1, 1, 1, 0, '', '', '',
    '', '', 1, '', 1 FROM series WHERE message_id <> '2@x';
INSERT INTO series_full(series, seq, mail) VALUES(5, 0, 105);

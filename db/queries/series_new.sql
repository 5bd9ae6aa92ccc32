-- Its words follow by series_put: numbers first, since series refer to each other.
INSERT INTO series(message_id, name, author, source, version, revision, total, received, complete,
                   full_complete, rfc, resend, cover_wanted, base_commit, change_id, needs, digest,
                   time, created, changed, decision)
VALUES('', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', 0, :now, :now, '');

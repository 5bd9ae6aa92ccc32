INSERT INTO mails(msgid, hash, kind, sorted, time, name, sender_email, sender_name, author_email,
                  author_name, subject, date, refs, lists, prefixes, number, total, version,
                  revision, resend, patch_id, pull, base_commit, change_id, needs, reason, source,
                  origin, created)
VALUES(:msgid, :hash, :kind, iif(:kind IN ('patch', 'cover'), 0, NULL), :time, :name,
       :sender_email, :sender_name, :author_email, :author_name, :subject, :date, :refs, :lists,
       :prefixes, :number, :total, :version, :revision, :resend, :patch_id, :pull, :base_commit,
       :change_id, :needs, :reason, :source, :origin, :now)
ON CONFLICT(msgid, hash) DO NOTHING;

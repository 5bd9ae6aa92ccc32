INSERT INTO mail_refs(msgid, mail) VALUES(:msgid, :mail)
ON CONFLICT(msgid, mail) DO NOTHING;

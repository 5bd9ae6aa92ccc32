INSERT INTO mail_sources(mail, source) VALUES(:mail, :source)
ON CONFLICT(mail, source) DO NOTHING;

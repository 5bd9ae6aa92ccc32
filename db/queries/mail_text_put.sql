INSERT INTO mail_texts(mail, message, paths) VALUES(:mail, :message, :paths);

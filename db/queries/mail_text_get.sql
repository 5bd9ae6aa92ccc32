SELECT message, paths FROM mail_texts WHERE mail = :mail;

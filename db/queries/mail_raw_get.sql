SELECT size, packed FROM mail_raws WHERE mail = :mail;

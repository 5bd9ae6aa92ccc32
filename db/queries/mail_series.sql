SELECT series FROM mails WHERE num = :mail;

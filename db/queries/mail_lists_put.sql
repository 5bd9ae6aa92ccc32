UPDATE mails SET lists = :lists WHERE num = :mail;

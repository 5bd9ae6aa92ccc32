UPDATE mails SET sorted = 1, series = :series WHERE num = :mail;

SELECT num, source, lists, series FROM mails WHERE msgid = :msgid AND hash = :hash;

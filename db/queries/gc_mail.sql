DELETE FROM mail_raws WHERE mail = :num;

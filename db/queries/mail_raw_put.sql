INSERT INTO mail_raws(mail, size, packed) VALUES(:mail, :size, :packed);

SELECT number, subject, file, hunk, detail FROM conflicts WHERE checkout_id = :checkout_id;

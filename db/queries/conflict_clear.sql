DELETE FROM conflicts WHERE checkout_id = :checkout_id;

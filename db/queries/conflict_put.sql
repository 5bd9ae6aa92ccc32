INSERT INTO conflicts(checkout_id, number, subject, file, hunk, detail)
VALUES(:checkout_id, :number, :subject, :file, :hunk, :detail);

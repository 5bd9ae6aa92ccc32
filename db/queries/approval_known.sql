SELECT 1 FROM approved_authors WHERE email = :email;

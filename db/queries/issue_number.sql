SELECT num FROM issues WHERE id = :id;

SELECT function FROM issues WHERE id = :id;

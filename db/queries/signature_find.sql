SELECT id FROM issues WHERE id >= :prefix AND id < :prefix || char(1114111) LIMIT 2;

INSERT INTO issues(id, title, type, function, alt, frames)
VALUES(:id, :title, :type, :function, :alt, :frames)
ON CONFLICT(id) DO NOTHING;

-- char(1114111) is the last code point, as in find_prefix.sql; a whole id comes first.
SELECT num, id FROM jobs WHERE id >= :prefix AND id < :prefix || char(1114111) ORDER BY id LIMIT 2;

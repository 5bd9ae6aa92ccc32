SELECT num, time FROM series WHERE older = :series
UNION ALL SELECT num, time FROM series WHERE same = :series
UNION ALL SELECT o.num, o.time FROM series s JOIN series o ON o.num = s.older WHERE s.num = :series
UNION ALL SELECT o.num, o.time FROM series s JOIN series o ON o.num = s.same WHERE s.num = :series
LIMIT :limit;

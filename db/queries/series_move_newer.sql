UPDATE series AS s SET newer = (SELECT max(num) FROM series WHERE older = s.num AND num <> :gone)
WHERE newer = :gone;

SELECT count(*) FILTER (WHERE outcome = 'done'), count(*) FILTER (WHERE outcome = 'infra'),
       count(*) FILTER (WHERE outcome = 'infra' AND start_time > COALESCE(
         (SELECT max(start_time) FROM jobs WHERE target = :target AND outcome = 'done'), -1))
FROM jobs WHERE target = :target AND outcome IN ('done', 'infra') AND start_time >= :since;

SELECT seq, "commit", subject, weight, build, build_id, image_hash, build_ms, why, odds
FROM bisection_commits WHERE bisection = :bisection ORDER BY seq;

INSERT INTO bisection_commits(bisection, seq, "commit", subject, weight, build, build_id, image_hash,
                              build_ms, why)
VALUES(:bisection, :seq, :commit, :subject, :weight, :build, :build_id, :image_hash, :build_ms, :why)
ON CONFLICT(bisection, seq) DO UPDATE SET
  weight = excluded.weight, build = excluded.build, build_id = excluded.build_id,
  image_hash = excluded.image_hash, build_ms = excluded.build_ms, why = excluded.why;

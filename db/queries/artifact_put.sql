INSERT INTO artifacts(build, seq, name, sha256, size)
VALUES(:build, :seq, :name, :sha256, :size);

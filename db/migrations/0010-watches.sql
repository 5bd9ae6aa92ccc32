-- Trees that are watched: each has the commit of it that was tested last. What a bisection believes
-- of each commit, which watch began it, and of which series its range is made.

CREATE TABLE watches(
  name TEXT PRIMARY KEY,
  "commit" TEXT NOT NULL,
  tested INTEGER NOT NULL              -- when
) STRICT, WITHOUT ROWID;

ALTER TABLE bisections ADD COLUMN watch TEXT NOT NULL DEFAULT '';  -- '' somebody's by hand
ALTER TABLE bisections ADD COLUMN series TEXT NOT NULL DEFAULT ''; -- its Message-ID, or hash; '' none
CREATE INDEX bisections_begun ON bisections(num) WHERE state = 'running' AND watch <> '';

ALTER TABLE bisection_commits ADD COLUMN odds REAL NOT NULL DEFAULT 0; -- that it is the culprit

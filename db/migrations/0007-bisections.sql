-- Searches for the commit of a range that brought a failure, or that mended one.

CREATE TABLE bisections(
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,                   -- over all that was asked: the newest of a key goes on
  tree TEXT NOT NULL,
  good TEXT NOT NULL,                  -- commits
  bad TEXT NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('test', 'signature', 'build', 'boot', 'run')),
  subject TEXT NOT NULL,               -- the test, the signature, the command; '' else
  filter TEXT NOT NULL,                -- what a boot runs; '' all suites
  target TEXT NOT NULL,
  fix TEXT NOT NULL,                   -- a design, 'none'
  fixed INTEGER NOT NULL,              -- 1: good is behind bad, and what mended it is searched
  first_parent INTEGER NOT NULL,
  paths TEXT NOT NULL,                 -- that the range is limited to; '' all
  confidence REAL NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('running', 'found', 'range', 'never-bad', 'was-bad',
                                      'failed')),
  culprit TEXT NOT NULL,               -- the likeliest commit; '' not known yet
  odds REAL NOT NULL,
  reverted TEXT NOT NULL CHECK(reverted IN ('', 'yes', 'no', 'unrevertable')),
  why TEXT NOT NULL,
  created INTEGER NOT NULL,
  ended INTEGER NOT NULL               -- 0 not yet
) STRICT;
CREATE INDEX bisections_key ON bisections(key, num);

-- seq 0 is the older end, 1 to n the range from old to new, n + 1 the newer end with the culprit
-- reverted.
CREATE TABLE bisection_commits(
  bisection INTEGER NOT NULL REFERENCES bisections(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  "commit" TEXT NOT NULL,
  subject TEXT NOT NULL,
  weight REAL NOT NULL,                -- how likely it was before anything was seen
  build TEXT NOT NULL CHECK(build IN ('unknown', 'built', 'unbuildable')),
  build_id TEXT NOT NULL,              -- '' none
  image_hash TEXT NOT NULL,            -- '' unknown
  build_ms INTEGER NOT NULL,
  why TEXT NOT NULL,                   -- it is unbuildable, or built without the fix
  PRIMARY KEY(bisection, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE bisection_runs(
  num INTEGER PRIMARY KEY,
  bisection INTEGER NOT NULL REFERENCES bisections(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,                -- of the commit
  verdict TEXT NOT NULL CHECK(verdict IN ('good', 'bad', 'infra')), -- infra: it says nothing
  job_id TEXT NOT NULL,                -- '' where it was no boot
  ms INTEGER NOT NULL,
  created INTEGER NOT NULL
) STRICT;
CREATE INDEX bisection_runs_bisection ON bisection_runs(bisection, num);

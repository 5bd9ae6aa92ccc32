-- The store: what was checked out, built, booted, seen and concluded.
-- Names are KCIDB's where it has one. Dates are seconds since 1970 UTC.
-- What people name has a text id; rows that come in millions refer by number.
-- "dmal": tells our file from any other SQLite file.
PRAGMA application_id = 1684889964;

-- Plain texts kept as files logs/ab/SHA256.zst.
CREATE TABLE logs(
  sha256 TEXT PRIMARY KEY,             -- of the plain text
  size INTEGER NOT NULL,               -- of the plain text, bytes
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A state of the source.
CREATE TABLE checkouts(
  num INTEGER PRIMARY KEY,             -- grows with time
  id TEXT NOT NULL UNIQUE,             -- git tree hash; of a conflict: the caller's
  tree_name TEXT NOT NULL,
  git_commit_hash TEXT NOT NULL,       -- the base that everything lies on
  tip TEXT NOT NULL,                   -- commit that holds all of it; '' of a conflict
  fix TEXT,                            -- design under it; NULL for none
  overlay INTEGER NOT NULL,            -- 1: the lab's tests are in it
  patchset_hash TEXT NOT NULL,         -- '' without a series
  message_id TEXT NOT NULL,            -- of the series; '' where none
  name TEXT NOT NULL,                  -- of the series; '' where none
  valid INTEGER NOT NULL,              -- 0: the series does not apply, see conflicts
  created INTEGER NOT NULL
) STRICT;

-- Why a series does not apply.
CREATE TABLE conflicts(
  checkout_id TEXT PRIMARY KEY REFERENCES checkouts(id) ON DELETE CASCADE,
  number INTEGER NOT NULL,             -- of the patch
  subject TEXT NOT NULL,
  file TEXT NOT NULL,
  hunk TEXT NOT NULL,
  detail TEXT NOT NULL                 -- git's own lines
) STRICT, WITHOUT ROWID;

-- A checkout compiled with a config and a toolchain.
CREATE TABLE builds(
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,             -- SHA-256 over tree hash, config hash, toolchain
  checkout_id TEXT NOT NULL REFERENCES checkouts(id),
  config_name TEXT NOT NULL,
  compiler TEXT NOT NULL,
  architecture TEXT NOT NULL,
  command TEXT NOT NULL,
  status TEXT NOT NULL CHECK(status IN ('PASS', 'FAIL', 'ERROR')),
  start_time INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  log_sha256 TEXT REFERENCES logs(sha256)
) STRICT;
CREATE INDEX builds_checkout ON builds(checkout_id);
CREATE INDEX builds_log ON builds(log_sha256);

-- Files that a build left, kept as artifacts/ab/SHA256.
CREATE TABLE artifacts(
  build INTEGER NOT NULL REFERENCES builds(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY(build, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX artifacts_sha256 ON artifacts(sha256);

-- What the compiler said: at most one error, the first, and the warnings.
CREATE TABLE diagnostics(
  build INTEGER NOT NULL REFERENCES builds(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK(kind IN ('error', 'warning')),
  file TEXT NOT NULL,
  line INTEGER NOT NULL,               -- 0 where unknown
  text TEXT NOT NULL,
  excerpt TEXT NOT NULL,
  log_line INTEGER NOT NULL,
  PRIMARY KEY(build, seq)
) STRICT, WITHOUT ROWID;

-- One boot of a build on a target.
CREATE TABLE jobs(
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  build_id TEXT NOT NULL REFERENCES builds(id),
  target TEXT NOT NULL,
  lab TEXT NOT NULL,
  filter TEXT NOT NULL,                -- kunit.filter_glob; '' for all suites
  outcome TEXT NOT NULL CHECK(outcome IN ('done', 'infra', 'invalid', 'canceled')),
  reason TEXT NOT NULL,                -- '' where done
  boot TEXT NOT NULL CHECK(boot IN ('silent', 'hung', 'crashed', 'finished')),
  start_time INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  log_sha256 TEXT REFERENCES logs(sha256)
) STRICT;
CREATE INDEX jobs_build ON jobs(build_id, target);
CREATE INDEX jobs_log ON jobs(log_sha256);

-- Names of tests, "suite.case", once each.
CREATE TABLE test_paths(
  num INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE
) STRICT;

-- What a job's console says of each test, in its order.
CREATE TABLE tests(
  job INTEGER NOT NULL REFERENCES jobs(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  path INTEGER NOT NULL REFERENCES test_paths(num),
  status TEXT NOT NULL CHECK(status IN ('PASS', 'FAIL', 'SKIP', 'ERROR', 'MISS')),
  line INTEGER NOT NULL,               -- in the console, from 1
  comment TEXT NOT NULL,
  PRIMARY KEY(job, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX tests_path ON tests(path, job, status);

-- tests with words for its numbers; for people at sqlite3 and for pages.
CREATE VIEW test_results AS
  SELECT p.path, t.status, t.line, t.comment, j.id AS job_id, j.build_id, j.target, j.start_time
  FROM tests t JOIN test_paths p ON p.num = t.path JOIN jobs j ON j.num = t.job;

-- A signature: one defect, as its first report told it.
CREATE TABLE issues(
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,             -- hash of the report
  title TEXT NOT NULL,
  type TEXT NOT NULL,
  function TEXT NOT NULL,
  alt TEXT NOT NULL,                   -- further titles, one a line
  frames TEXT NOT NULL                 -- innermost first, one a line
) STRICT;
CREATE INDEX issues_title ON issues(title);

-- An issue seen in a job. What is NULL reads as the issue has it.
CREATE TABLE incidents(
  job INTEGER NOT NULL REFERENCES jobs(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  issue INTEGER NOT NULL REFERENCES issues(num),
  title TEXT,
  type TEXT,
  function TEXT,
  alt TEXT,
  frames TEXT,
  first_line INTEGER NOT NULL,         -- in the console, from 1
  last_line INTEGER NOT NULL,
  fatal INTEGER NOT NULL,
  corrupted INTEGER NOT NULL,
  PRIMARY KEY(job, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_issue ON incidents(issue, job);

-- A build on a target is known: all suites, over as many jobs as that took.
CREATE TABLE outcomes(
  num INTEGER PRIMARY KEY,
  build_id TEXT NOT NULL REFERENCES builds(id),
  target TEXT NOT NULL,
  boot TEXT NOT NULL CHECK(boot IN ('silent', 'hung', 'crashed', 'finished')),
  created INTEGER NOT NULL,
  UNIQUE(build_id, target)
) STRICT;

CREATE TABLE outcome_jobs(
  outcome INTEGER NOT NULL REFERENCES outcomes(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  job INTEGER NOT NULL REFERENCES jobs(num),
  PRIMARY KEY(outcome, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_jobs_job ON outcome_jobs(job);

CREATE TABLE outcome_tests(
  outcome INTEGER NOT NULL REFERENCES outcomes(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  path INTEGER NOT NULL REFERENCES test_paths(num),
  status TEXT NOT NULL CHECK(status IN ('PASS', 'FAIL', 'SKIP', 'ERROR', 'MISS')),
  line INTEGER NOT NULL,               -- in that job's console; 0 of MISS
  comment TEXT NOT NULL,
  job INTEGER REFERENCES jobs(num),    -- that showed it; NULL of MISS
  PRIMARY KEY(outcome, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_tests_path ON outcome_tests(path, outcome, status);
CREATE INDEX outcome_tests_job ON outcome_tests(job);

-- Each signature of an outcome once, as an incident of one of its jobs. The key
-- is checked at commit: a job that is stored again replaces its incidents.
CREATE TABLE outcome_incidents(
  outcome INTEGER NOT NULL REFERENCES outcomes(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  job INTEGER NOT NULL,
  incident INTEGER NOT NULL,
  PRIMARY KEY(outcome, seq),
  FOREIGN KEY(job, incident) REFERENCES incidents(job, seq) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;
CREATE INDEX outcome_incidents_incident ON outcome_incidents(job, incident);

-- What is said of a series.
CREATE TABLE verdicts(
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK(kind IN ('pass', 'fail', 'none')),
  checkout_id TEXT REFERENCES checkouts(id), -- candidate; NULL: it did not get that far
  base_id TEXT REFERENCES checkouts(id),
  name TEXT NOT NULL,                  -- of the series
  created INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX verdicts_checkout ON verdicts(checkout_id);
CREATE INDEX verdicts_base ON verdicts(base_id);

CREATE TABLE reasons(
  verdict INTEGER NOT NULL REFERENCES verdicts(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  kind TEXT NOT NULL,                  -- the fixed vocabulary: "apply-conflict", ...
  target TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  log_of TEXT NOT NULL,                -- a job's or build's id; '' none
  line INTEGER NOT NULL,               -- in that log; 0 none
  PRIMARY KEY(verdict, seq)
) STRICT, WITHOUT ROWID;

-- Numbers that are handed out once.
CREATE TABLE counters(
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters(name, value) VALUES('job', 0);

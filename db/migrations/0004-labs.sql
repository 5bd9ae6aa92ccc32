-- Boots by LAVA servers, what is known of labs and their devices, and maintainers' words.

-- Which store this is; in the names of its submissions.
CREATE TABLE stores(
  num INTEGER PRIMARY KEY CHECK(num = 1),
  id TEXT NOT NULL
) STRICT;
INSERT INTO stores(num, id) VALUES(1, lower(hex(randomblob(8))));

-- A boot that a LAVA server is to do. Numbers are never given twice: they stand in LAVA's job names.
CREATE TABLE submissions(
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  lab TEXT NOT NULL,
  target TEXT NOT NULL,
  build_id TEXT NOT NULL REFERENCES builds(id),
  filter TEXT NOT NULL,                -- kunit.filter_glob; '' for all suites
  kernel TEXT NOT NULL,                -- names of published files
  ramdisk TEXT NOT NULL,
  dtb TEXT NOT NULL,                   -- '' none
  purpose TEXT NOT NULL CHECK(purpose IN ('test', 'health')),
  task INTEGER REFERENCES tasks(num),  -- that wanted it first; NULL: none
  state TEXT NOT NULL CHECK(state IN ('wanted', 'posted', 'queued', 'running', 'ended')),
  cancel INTEGER NOT NULL,             -- 1: nobody wants it any longer
  lava_id INTEGER NOT NULL,            -- 0 unknown
  created INTEGER NOT NULL,
  posted INTEGER NOT NULL,             -- the last time; 0 not yet, as the next
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  device TEXT NOT NULL,                -- '' not yet
  job_id TEXT REFERENCES jobs(id)      -- what came of it; NULL: not yet, or nothing
) STRICT;
CREATE INDEX submissions_open ON submissions(num) WHERE state <> 'ended';
CREATE UNIQUE INDEX submissions_lava ON submissions(lab, lava_id)
  WHERE lava_id <> 0 AND state <> 'ended';
CREATE INDEX submissions_build ON submissions(build_id);
CREATE INDEX submissions_task ON submissions(task);
CREATE INDEX submissions_job ON submissions(job_id);
CREATE VIEW submission_rows AS
  SELECT s.num, 'dmalab-' || (SELECT id FROM stores) || '-' || s.num AS key, s.lab, s.target,
         s.build_id, s.filter, s.kernel, s.ramdisk, s.dtb, s.purpose, COALESCE(s.task, 0) AS task,
         s.state, s.cancel, s.lava_id, s.created, s.posted, s.started, s.ended, s.device,
         COALESCE(s.job_id, '') AS job_id
  FROM submissions s;

-- Who wants a submission: several may wait for the same boot.
CREATE TABLE submission_wants(
  submission INTEGER NOT NULL REFERENCES submissions(num) ON DELETE CASCADE,
  task INTEGER NOT NULL,               -- 0: by hand
  times INTEGER NOT NULL,              -- 1 but by hand: so many runs
  PRIMARY KEY(submission, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX submission_wants_task ON submission_wants(task);

-- What was last seen of a lab.
CREATE TABLE labs(
  name TEXT PRIMARY KEY,
  seen INTEGER NOT NULL,               -- when its server last answered; 0 never
  asked INTEGER NOT NULL,              -- when it was last asked
  trouble TEXT NOT NULL,               -- why it does not answer; '' it does
  queued INTEGER NOT NULL              -- jobs of anybody that wait there
) STRICT, WITHOUT ROWID;

CREATE TABLE lab_devices(
  lab TEXT NOT NULL REFERENCES labs(name),
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  health TEXT NOT NULL,                -- LAVA's words
  state TEXT NOT NULL,
  worker TEXT NOT NULL,
  online INTEGER NOT NULL,
  PRIMARY KEY(lab, name)
) STRICT, WITHOUT ROWID;

-- The last health job of a target.
CREATE TABLE target_health(
  target TEXT PRIMARY KEY,
  time INTEGER NOT NULL,
  passed INTEGER NOT NULL,
  job_id TEXT REFERENCES jobs(id),     -- NULL: none was made
  proven INTEGER NOT NULL              -- when one passed for the first time; 0 never
) STRICT, WITHOUT ROWID;
CREATE INDEX target_health_job ON target_health(job_id);
CREATE INDEX jobs_target ON jobs(target, outcome, start_time);

-- Patches that may run on targets that ask for a maintainer's word. What was approved is the
-- patches as they were then (series.digest): a mail that comes later changes that.
CREATE TABLE approvals(
  digest TEXT PRIMARY KEY,
  by TEXT NOT NULL,
  created INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Addresses of authors of patches that were approved.
CREATE TABLE approved_authors(
  email TEXT PRIMARY KEY COLLATE NOCASE
) STRICT, WITHOUT ROWID;

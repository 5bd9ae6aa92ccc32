-- What verdicts show beside a word: how often, which patch, what changed against the base; what people
-- know of; and what is told to others.

-- What boots, but for what a moved line changes: equal images need one boot. '' unknown.
ALTER TABLE builds ADD COLUMN image_hash TEXT NOT NULL DEFAULT '';

ALTER TABLE reasons ADD COLUMN signature TEXT NOT NULL DEFAULT ''; -- a report's; '' of no report
ALTER TABLE reasons ADD COLUMN excerpt TEXT NOT NULL DEFAULT '';   -- the lines that prove it
ALTER TABLE reasons ADD COLUMN patch INTEGER NOT NULL DEFAULT 0;   -- that brings it; 0 not known
-- How often it showed in how many runs, without and with the series; 0 runs: not counted.
ALTER TABLE reasons ADD COLUMN base_bad INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reasons ADD COLUMN base_runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reasons ADD COLUMN patched_bad INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reasons ADD COLUMN patched_runs INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reasons ADD COLUMN chance REAL NOT NULL DEFAULT 1;     -- that the rates differ by luck

-- What a test, or a report of the kernel, does on a target without and with a series.
CREATE TABLE changes(
  verdict INTEGER NOT NULL REFERENCES verdicts(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  class TEXT NOT NULL CHECK(class IN ('fixed', 'broken', 'still failing', 'still passing', 'new',
                                      'gone', 'flaky', 'unknown')),
  target TEXT NOT NULL,
  subject TEXT NOT NULL,               -- "suite.case", the title of a report, "boot"
  signature TEXT NOT NULL,             -- of a report; '' of a test
  base_status TEXT NOT NULL CHECK(base_status IN ('PASS', 'FAIL', 'SKIP', 'ERROR', 'MISS')),
  patched_status TEXT NOT NULL CHECK(patched_status IN ('PASS', 'FAIL', 'SKIP', 'ERROR', 'MISS')),
  base_bad INTEGER NOT NULL,
  base_runs INTEGER NOT NULL,
  patched_bad INTEGER NOT NULL,
  patched_runs INTEGER NOT NULL,
  chance REAL NOT NULL,
  known INTEGER NOT NULL,              -- number of the known issue that masked it then; 0 none
  why TEXT NOT NULL,                   -- what people knew of it
  PRIMARY KEY(verdict, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX changes_subject ON changes(subject, target, verdict);

-- The report on a verdict as it was printed.
CREATE TABLE verdict_texts(
  verdict INTEGER PRIMARY KEY REFERENCES verdicts(num) ON DELETE CASCADE,
  text TEXT NOT NULL
) STRICT;

-- Failures that people know of. Numbers are never given twice: `changes` names them.
CREATE TABLE knowns(
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  is_signature INTEGER NOT NULL,       -- 1 a report's hash, 0 a test
  what TEXT NOT NULL UNIQUE,           -- the hash; "suite.case", "suite.*"
  why TEXT NOT NULL,
  by TEXT NOT NULL,
  until INTEGER NOT NULL,              -- from then on it counts again
  created INTEGER NOT NULL
) STRICT;

-- Messages to others, before they are sent and after.
CREATE TABLE outbox(
  num INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK(kind IN ('mail', 'check', 'kcidb')),
  state TEXT NOT NULL CHECK(state IN ('held', 'waiting', 'sending', 'sent', 'dropped', 'failed')),
  key TEXT NOT NULL UNIQUE,            -- of a mail its Message-ID
  subject TEXT NOT NULL,
  receiver TEXT NOT NULL,              -- of a mail addresses, one a line; of a check a source
  series INTEGER REFERENCES series(num),
  verdict INTEGER REFERENCES verdicts(num),
  created INTEGER NOT NULL,
  not_before INTEGER NOT NULL,         -- 0 at once
  tried INTEGER NOT NULL,              -- when the last try began; 0 never
  ended INTEGER NOT NULL,              -- 0 not yet
  attempts INTEGER NOT NULL,
  why TEXT NOT NULL,
  body TEXT NOT NULL                   -- last: lists do not read it
) STRICT;
CREATE INDEX outbox_series ON outbox(series) WHERE series IS NOT NULL;
CREATE INDEX outbox_verdict ON outbox(verdict) WHERE verdict IS NOT NULL;
CREATE INDEX outbox_held ON outbox(num) WHERE state = 'held';
CREATE INDEX outbox_open ON outbox(not_before, num) WHERE state IN ('waiting', 'sending');
CREATE VIEW outbox_rows AS
  SELECT o.num, o.kind, o.state, o.key, o.subject, o.receiver, COALESCE(o.series, 0) AS series,
         COALESCE((SELECT id FROM verdicts WHERE num = o.verdict), '') AS verdict_id, o.created,
         o.not_before, o.tried, o.ended, o.attempts, o.why, o.body
  FROM outbox o;

-- Whom a mail goes to.
CREATE TABLE outbox_addresses(
  message INTEGER NOT NULL REFERENCES outbox(num) ON DELETE CASCADE,
  address TEXT NOT NULL COLLATE NOCASE,
  PRIMARY KEY(message, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_addresses_address ON outbox_addresses(address);

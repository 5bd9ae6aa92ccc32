-- Mails that come by themselves, the series they make, and the queue of those that are to be
-- tested. Lists in a column have one element a line.

-- Where mails come from, and where each source stands.
CREATE TABLE sources(
  num INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,           -- of lab.yaml
  cursor TEXT NOT NULL,                -- the source's own; '' where it never was asked
  served INTEGER NOT NULL              -- grows with each task that is claimed; 0 never
) STRICT;

-- What a source handed on before.
CREATE TABLE source_keys(
  source INTEGER NOT NULL REFERENCES sources(num),
  key TEXT NOT NULL,
  seen INTEGER NOT NULL,
  PRIMARY KEY(source, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_keys_seen ON source_keys(seen);

-- Mails that are one series: version by version.
CREATE TABLE series(
  num INTEGER PRIMARY KEY,
  message_id TEXT NOT NULL,            -- of the cover, else of its first patch
  name TEXT NOT NULL,
  author TEXT NOT NULL,                -- "Name <mail>"
  source TEXT NOT NULL,                -- that brought its first mail
  version INTEGER NOT NULL,            -- as Patchwork counts
  revision INTEGER NOT NULL,           -- with "PATCHv2", too
  total INTEGER NOT NULL,              -- m of n/m
  received INTEGER NOT NULL,           -- patches of its own
  complete INTEGER NOT NULL,
  full_complete INTEGER NOT NULL,      -- with what an older version lends
  rfc INTEGER NOT NULL,
  resend INTEGER NOT NULL,
  older INTEGER REFERENCES series(num),  -- superseded by this one
  newer INTEGER REFERENCES series(num),  -- supersedes this one
  same INTEGER REFERENCES series(num),   -- the earlier one with the same patches
  cover INTEGER REFERENCES mails(num),
  cover_wanted INTEGER NOT NULL,       -- a patch answers a mail that is not there
  base_commit TEXT NOT NULL,
  change_id TEXT NOT NULL,
  needs TEXT NOT NULL,                 -- a list
  digest TEXT NOT NULL,                -- over Message-ID and hash of the full patches
  time INTEGER NOT NULL,               -- of its first mail, by its date
  created INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  decision TEXT NOT NULL               -- for people; '' none yet
) STRICT;
CREATE INDEX series_older ON series(older) WHERE older IS NOT NULL;
CREATE INDEX series_newer ON series(newer) WHERE newer IS NOT NULL;
CREATE INDEX series_same ON series(same) WHERE same IS NOT NULL;
CREATE INDEX series_cover ON series(cover) WHERE cover IS NOT NULL;
CREATE INDEX series_undecided ON series(num) WHERE decision = '';

-- A mail, once, however many lists carried it.
CREATE TABLE mails(
  num INTEGER PRIMARY KEY,
  msgid TEXT NOT NULL,                 -- without angle brackets; '' none
  hash TEXT NOT NULL,                  -- over who and what
  kind TEXT NOT NULL CHECK(kind IN ('other', 'patch', 'cover', 'comment')),
  sorted INTEGER,                      -- of patches and covers: 1 looked at for series; else NULL
  series INTEGER REFERENCES series(num),
  time INTEGER NOT NULL,               -- by its date; 0 unreadable
  name TEXT NOT NULL,                  -- the subject without brackets
  sender_email TEXT NOT NULL,
  sender_name TEXT NOT NULL,
  author_email TEXT NOT NULL,
  author_name TEXT NOT NULL,
  subject TEXT NOT NULL,
  date TEXT NOT NULL,                  -- ISO 8601 with the sender's offset
  refs TEXT NOT NULL,                  -- a list: whom it answers, nearest first
  lists TEXT NOT NULL,                 -- a list of List-Ids
  prefixes TEXT NOT NULL,              -- a list
  number INTEGER NOT NULL,
  total INTEGER NOT NULL,
  version INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  resend INTEGER NOT NULL,
  patch_id TEXT NOT NULL,
  pull TEXT,                           -- repository and ref of a pull request
  base_commit TEXT NOT NULL,
  change_id TEXT NOT NULL,
  needs TEXT NOT NULL,                 -- a list
  reason TEXT NOT NULL,                -- what was not understood
  source INTEGER NOT NULL REFERENCES sources(num), -- that brought it first
  origin TEXT NOT NULL,                -- where people find it
  created INTEGER NOT NULL,
  UNIQUE(msgid, hash)
) STRICT;
CREATE INDEX mails_source ON mails(source);
CREATE INDEX mails_unsorted ON mails(num) WHERE sorted = 0;
CREATE INDEX mails_series ON mails(series) WHERE series IS NOT NULL;
CREATE INDEX mails_sender ON mails(sender_email COLLATE NOCASE, time) WHERE sorted IS NOT NULL;
CREATE INDEX mails_name ON mails(name COLLATE NOCASE, sender_email COLLATE NOCASE, time)
  WHERE sorted IS NOT NULL;
CREATE INDEX mails_change ON mails(change_id COLLATE NOCASE)
  WHERE sorted IS NOT NULL AND change_id <> '';

-- Further sources that brought it.
CREATE TABLE mail_sources(
  mail INTEGER NOT NULL REFERENCES mails(num) ON DELETE CASCADE,
  source INTEGER NOT NULL REFERENCES sources(num),
  PRIMARY KEY(mail, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX mail_sources_source ON mail_sources(source);

-- Which patches and covers answer an id: mails.refs the other way round. No key to mails: the rows
-- are made with their mail, and that key's index would double their cost.
CREATE TABLE mail_refs(
  msgid TEXT NOT NULL,
  mail INTEGER NOT NULL,
  PRIMARY KEY(msgid, mail)
) STRICT, WITHOUT ROWID;

-- Of patches and covers.
CREATE TABLE mail_texts(
  mail INTEGER PRIMARY KEY REFERENCES mails(num) ON DELETE CASCADE,
  message TEXT NOT NULL,               -- its first 64 KB
  paths TEXT NOT NULL                  -- a list
) STRICT;

-- Mails as they came; gc takes what nobody needs.
CREATE TABLE mail_raws(
  mail INTEGER PRIMARY KEY REFERENCES mails(num) ON DELETE CASCADE,
  size INTEGER NOT NULL,               -- plain
  packed BLOB NOT NULL                 -- zstd
) STRICT;

-- mails with words for its numbers.
CREATE VIEW mail_rows AS
  SELECT m.num, m.kind, m.msgid, m.hash, m.sorted, m.series, m.time, m.name, m.sender_email,
         m.sender_name, m.author_email, m.author_name, m.subject, m.date, m.refs, m.lists,
         m.prefixes, m.number, m.total, m.version, m.revision, m.resend, m.patch_id, m.pull,
         m.base_commit, m.change_id, m.needs, m.reason, m.origin,
         EXISTS(SELECT 1 FROM mail_raws WHERE mail = m.num) AS raw,
         (SELECT name || char(10) FROM sources WHERE num = m.source) ||
         COALESCE((SELECT group_concat(s.name || char(10), '') FROM mail_sources x
                   JOIN sources s ON s.num = x.source WHERE x.mail = m.num), '') AS sources
  FROM mails m;

-- What of a series is to be applied, an older version's patches among its own.
CREATE TABLE series_full(
  series INTEGER NOT NULL REFERENCES series(num) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  mail INTEGER NOT NULL REFERENCES mails(num),
  PRIMARY KEY(series, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX series_full_mail ON series_full(mail);

-- Series that are to be tested.
CREATE TABLE tasks(
  num INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,            -- what is tested
  series INTEGER NOT NULL REFERENCES series(num),
  source INTEGER NOT NULL REFERENCES sources(num),
  tree TEXT NOT NULL,
  plan TEXT NOT NULL,
  priority INTEGER NOT NULL,
  state TEXT NOT NULL CHECK(state IN ('waiting', 'running', 'done', 'dropped', 'failed')),
  attempts INTEGER NOT NULL,           -- that were begun
  created INTEGER NOT NULL,
  not_before INTEGER NOT NULL,         -- 0 at once
  started INTEGER NOT NULL,            -- 0 not yet, as the next
  ended INTEGER NOT NULL,
  owner TEXT NOT NULL,                 -- who has the lease; '' nobody
  lease_boot TEXT NOT NULL,            -- id of the boot that the lease is of
  lease_until INTEGER NOT NULL,        -- CLOCK_BOOTTIME, milliseconds
  verdict INTEGER UNIQUE REFERENCES verdicts(num),
  why TEXT NOT NULL
) STRICT;
CREATE VIEW task_rows AS
  SELECT t.num, t.series, t.key, r.name, r.message_id, s.name AS source, t.tree, t.plan, t.priority,
         t.state, t.attempts, t.created, t.not_before, t.started, t.ended,
         COALESCE((SELECT id FROM verdicts WHERE num = t.verdict), '') AS verdict_id, t.why
  FROM tasks t JOIN series r ON r.num = t.series JOIN sources s ON s.num = t.source;
CREATE INDEX tasks_series ON tasks(series);
CREATE INDEX tasks_source ON tasks(source);
CREATE INDEX tasks_state ON tasks(state, num);

-- "sorting": how often mails were sorted into series; "served": claims of tasks.
INSERT INTO counters(name, value) VALUES('sorting', 0), ('served', 0);

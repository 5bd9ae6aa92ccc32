-- What the questions of db/queries/ask_*.sql need so that none reads a whole table.

-- Where a time begins: rows are numbered in the order of time, so one look finds the first.
CREATE INDEX jobs_start ON jobs(start_time);
CREATE INDEX builds_start ON builds(start_time);
CREATE INDEX verdicts_created ON verdicts(created);

CREATE INDEX issues_function ON issues(function) WHERE function <> '';
CREATE INDEX checkouts_bases ON checkouts(COALESCE(fix, 'none'), num) WHERE patchset_hash = '' AND valid = 1;
CREATE INDEX checkouts_conflicts ON checkouts(num) WHERE valid = 0;

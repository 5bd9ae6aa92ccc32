-- Sums over the rows that come in millions, so that a question about two years reads some hundreds
-- of rows. Triggers keep them, whoever writes. A job that is stored again takes what it had out of
-- them first; last and first ones stay: its number is the same.

-- On what a job ran.
CREATE TABLE lanes(
  num INTEGER PRIMARY KEY,
  target TEXT NOT NULL,
  config TEXT NOT NULL,
  tree TEXT NOT NULL,
  design TEXT NOT NULL,                -- 'none' without a fix
  is_base INTEGER NOT NULL,            -- 1: without anybody's series
  outcome INTEGER,                     -- the newest; NULL none
  UNIQUE(target, config, tree, design, is_base)
) STRICT;
CREATE INDEX lanes_design ON lanes(design, is_base);
ALTER TABLE jobs ADD COLUMN lane INTEGER; -- of lanes; the trigger sets it
-- Whose lane a build on a target is.
CREATE VIEW build_lanes AS
  SELECT b.id AS build_id, b.config_name AS config, c.tree_name AS tree,
         COALESCE(c.fix, 'none') AS design, c.patchset_hash = '' AS is_base
  FROM builds b JOIN checkouts c ON c.id = b.checkout_id;

-- A test by week, from Monday, UTC; 1970 began on a Thursday.
CREATE TABLE test_weeks(
  path INTEGER NOT NULL,               -- of test_paths
  lane INTEGER NOT NULL,
  week INTEGER NOT NULL,               -- (start_time + 259200) / 604800 of the job
  runs INTEGER NOT NULL,               -- PASS, FAIL and ERROR
  bad INTEGER NOT NULL,                -- FAIL and ERROR
  last INTEGER NOT NULL,               -- job; of what did not run, too
  last_good INTEGER,
  first_bad INTEGER,
  last_bad INTEGER,
  PRIMARY KEY(path, lane, week)
) STRICT, WITHOUT ROWID;

-- A signature by week: where, and all together.
CREATE TABLE issue_weeks(
  issue INTEGER NOT NULL,
  lane INTEGER NOT NULL,
  week INTEGER NOT NULL,
  boots INTEGER NOT NULL,
  times INTEGER NOT NULL,
  first INTEGER NOT NULL,              -- job
  last INTEGER NOT NULL,
  PRIMARY KEY(issue, lane, week)
) STRICT, WITHOUT ROWID;
CREATE TABLE issues_weeks(
  week INTEGER NOT NULL,
  issue INTEGER NOT NULL,
  boots INTEGER NOT NULL,
  last INTEGER NOT NULL,               -- job
  PRIMARY KEY(week, issue)
) STRICT, WITHOUT ROWID;

-- Boots by day, UTC.
CREATE TABLE job_days(
  day INTEGER NOT NULL,                -- start_time / 86400
  lab TEXT NOT NULL,
  target TEXT NOT NULL,
  boots INTEGER NOT NULL,
  failed INTEGER NOT NULL,             -- by the lab
  ms INTEGER NOT NULL,
  longest_ms INTEGER NOT NULL,
  last INTEGER NOT NULL,               -- job
  last_failed INTEGER,
  PRIMARY KEY(day, lab, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE build_days(
  day INTEGER NOT NULL,
  config TEXT NOT NULL,
  builds INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  longest_ms INTEGER NOT NULL,
  PRIMARY KEY(day, config)
) STRICT, WITHOUT ROWID;

INSERT INTO lanes(target, config, tree, design, is_base)
  SELECT DISTINCT x.target, l.config, l.tree, l.design, l.is_base
  FROM (SELECT build_id, target FROM jobs UNION SELECT build_id, target FROM outcomes) x
  JOIN build_lanes l ON l.build_id = x.build_id;
UPDATE jobs SET lane = (
  SELECT n.num FROM build_lanes l JOIN lanes n USING(config, tree, design, is_base)
  WHERE l.build_id = jobs.build_id AND n.target = jobs.target);
UPDATE lanes SET outcome = x.num FROM (
  SELECT n.num AS lane, max(o.num) AS num
  FROM outcomes o JOIN build_lanes l USING(build_id) JOIN lanes n USING(target, config, tree, design, is_base)
  GROUP BY 1) x
WHERE lanes.num = x.lane;
INSERT INTO test_weeks
  SELECT t.path, j.lane, (j.start_time + 259200) / 604800, sum(t.status IN ('PASS', 'FAIL', 'ERROR')),
         sum(t.status IN ('FAIL', 'ERROR')), max(t.job), max(CASE WHEN t.status = 'PASS' THEN t.job END),
         min(CASE WHEN t.status IN ('FAIL', 'ERROR') THEN t.job END),
         max(CASE WHEN t.status IN ('FAIL', 'ERROR') THEN t.job END)
  FROM tests t JOIN jobs j ON j.num = t.job GROUP BY 1, 2, 3;
INSERT INTO issue_weeks
  SELECT n.issue, j.lane, (j.start_time + 259200) / 604800, count(DISTINCT n.job), count(*), min(n.job), max(n.job)
  FROM incidents n JOIN jobs j ON j.num = n.job GROUP BY 1, 2, 3;
INSERT INTO issues_weeks SELECT week, issue, sum(boots), max(last) FROM issue_weeks GROUP BY 1, 2;
INSERT INTO job_days
  SELECT start_time / 86400, lab, target, count(*), sum(outcome <> 'done'), sum(duration_ms), max(duration_ms),
         max(num), max(CASE WHEN outcome <> 'done' THEN num END)
  FROM jobs GROUP BY 1, 2, 3;
INSERT INTO build_days
  SELECT start_time / 86400, config_name, count(*), sum(duration_ms), max(duration_ms) FROM builds GROUP BY 1, 2;

CREATE TRIGGER jobs_sum AFTER INSERT ON jobs BEGIN
  INSERT INTO lanes(target, config, tree, design, is_base)
    SELECT NEW.target, config, tree, design, is_base FROM build_lanes WHERE build_id = NEW.build_id
    ON CONFLICT DO NOTHING;
  UPDATE jobs SET lane = (
    SELECT n.num FROM build_lanes l JOIN lanes n USING(config, tree, design, is_base)
    WHERE l.build_id = NEW.build_id AND n.target = NEW.target)
  WHERE num = NEW.num;
  INSERT INTO job_days VALUES(NEW.start_time / 86400, NEW.lab, NEW.target, 1, NEW.outcome <> 'done',
                              NEW.duration_ms, NEW.duration_ms, NEW.num,
                              CASE WHEN NEW.outcome <> 'done' THEN NEW.num END)
    ON CONFLICT DO UPDATE SET
      boots = boots + 1, failed = failed + excluded.failed, ms = ms + excluded.ms,
      longest_ms = max(longest_ms, excluded.ms), last = max(last, excluded.last),
      last_failed = max(COALESCE(last_failed, excluded.last_failed),
                        COALESCE(excluded.last_failed, last_failed));
END;
-- Stored again. Its build, target and lab are what it was asked for, and stay.
CREATE TRIGGER jobs_sum_again AFTER UPDATE OF outcome, start_time, duration_ms ON jobs BEGIN
  UPDATE job_days SET boots = boots - 1, failed = failed - (OLD.outcome <> 'done'), ms = ms - OLD.duration_ms
  WHERE day = OLD.start_time / 86400 AND lab = OLD.lab AND target = OLD.target;
  INSERT INTO job_days VALUES(NEW.start_time / 86400, NEW.lab, NEW.target, 1, NEW.outcome <> 'done',
                              NEW.duration_ms, NEW.duration_ms, NEW.num,
                              CASE WHEN NEW.outcome <> 'done' THEN NEW.num END)
    ON CONFLICT DO UPDATE SET
      boots = boots + 1, failed = failed + excluded.failed, ms = ms + excluded.ms,
      longest_ms = max(longest_ms, excluded.ms), last = max(last, excluded.last),
      last_failed = max(COALESCE(last_failed, excluded.last_failed),
                        COALESCE(excluded.last_failed, last_failed));
END;
CREATE TRIGGER tests_sum AFTER INSERT ON tests BEGIN
  INSERT INTO test_weeks
    SELECT NEW.path, lane, (start_time + 259200) / 604800, NEW.status IN ('PASS', 'FAIL', 'ERROR'),
           NEW.status IN ('FAIL', 'ERROR'), num, CASE WHEN NEW.status = 'PASS' THEN num END,
           CASE WHEN NEW.status IN ('FAIL', 'ERROR') THEN num END,
           CASE WHEN NEW.status IN ('FAIL', 'ERROR') THEN num END
    FROM jobs WHERE num = NEW.job
    ON CONFLICT DO UPDATE SET
      runs = runs + excluded.runs, bad = bad + excluded.bad, last = max(last, excluded.last),
      last_good = COALESCE(max(last_good, excluded.last_good), last_good, excluded.last_good),
      first_bad = COALESCE(min(first_bad, excluded.first_bad), first_bad, excluded.first_bad),
      last_bad = COALESCE(max(last_bad, excluded.last_bad), last_bad, excluded.last_bad);
END;
CREATE TRIGGER tests_sum_less AFTER DELETE ON tests BEGIN
  UPDATE test_weeks SET runs = runs - (OLD.status IN ('PASS', 'FAIL', 'ERROR')),
                        bad = bad - (OLD.status IN ('FAIL', 'ERROR'))
  WHERE path = OLD.path AND (lane, week) = (
    SELECT lane, (start_time + 259200) / 604800 FROM jobs WHERE num = OLD.job);
END;
CREATE TRIGGER incidents_sum AFTER INSERT ON incidents BEGIN
  INSERT INTO issue_weeks
    SELECT NEW.issue, lane, (start_time + 259200) / 604800,
           NOT EXISTS(SELECT 1 FROM incidents WHERE issue = NEW.issue AND job = NEW.job AND seq <> NEW.seq),
           1, num, num
    FROM jobs WHERE num = NEW.job
    ON CONFLICT DO UPDATE SET
      boots = boots + excluded.boots, times = times + 1, first = min(first, excluded.first),
      last = max(last, excluded.last);
  INSERT INTO issues_weeks
    SELECT (start_time + 259200) / 604800, NEW.issue,
           NOT EXISTS(SELECT 1 FROM incidents WHERE issue = NEW.issue AND job = NEW.job AND seq <> NEW.seq), num
    FROM jobs WHERE num = NEW.job
    ON CONFLICT DO UPDATE SET boots = boots + excluded.boots, last = max(last, excluded.last);
END;
CREATE TRIGGER incidents_sum_less AFTER DELETE ON incidents BEGIN
  UPDATE issues_weeks SET
    boots = boots - NOT EXISTS(SELECT 1 FROM incidents WHERE issue = OLD.issue AND job = OLD.job)
  WHERE issue = OLD.issue AND week = (SELECT (start_time + 259200) / 604800 FROM jobs WHERE num = OLD.job);
  UPDATE issue_weeks SET times = times - 1,
    boots = boots - NOT EXISTS(SELECT 1 FROM incidents WHERE issue = OLD.issue AND job = OLD.job)
  WHERE issue = OLD.issue AND (lane, week) = (
    SELECT lane, (start_time + 259200) / 604800 FROM jobs WHERE num = OLD.job);
END;
CREATE TRIGGER builds_sum AFTER INSERT ON builds BEGIN
  INSERT INTO build_days VALUES(NEW.start_time / 86400, NEW.config_name, 1, NEW.duration_ms, NEW.duration_ms)
    ON CONFLICT DO UPDATE SET builds = builds + 1, ms = ms + excluded.ms,
      longest_ms = max(longest_ms, excluded.ms);
END;
CREATE TRIGGER builds_sum_again AFTER UPDATE OF start_time, duration_ms ON builds BEGIN
  UPDATE build_days SET builds = builds - 1, ms = ms - OLD.duration_ms
  WHERE day = OLD.start_time / 86400 AND config = OLD.config_name;
  INSERT INTO build_days VALUES(NEW.start_time / 86400, NEW.config_name, 1, NEW.duration_ms, NEW.duration_ms)
    ON CONFLICT DO UPDATE SET builds = builds + 1, ms = ms + excluded.ms,
      longest_ms = max(longest_ms, excluded.ms);
END;
CREATE TRIGGER outcomes_sum AFTER INSERT ON outcomes BEGIN
  INSERT INTO lanes(target, config, tree, design, is_base, outcome)
    SELECT NEW.target, config, tree, design, is_base, NEW.num FROM build_lanes WHERE build_id = NEW.build_id
    ON CONFLICT DO UPDATE SET outcome = max(COALESCE(outcome, 0), excluded.outcome);
END;

-- What is flaky, and what waits for a word, among much that is not.
CREATE INDEX changes_flaky ON changes(verdict, class, subject, target, base_bad, patched_bad, base_runs, patched_runs)
  WHERE class = 'flaky';
CREATE INDEX verdict_texts_waiting ON verdict_texts(verdict)
  WHERE instr(text, 'waits for a maintainer''s word') > 0;
CREATE INDEX series_source ON series(source);

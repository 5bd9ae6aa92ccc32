-- Ids that begin alike, behind tests/queries/store.sql.
INSERT INTO checkouts(num, id, tree_name, git_commit_hash, tip, fix, overlay, patchset_hash, message_id, name, valid, created) VALUES
  (101, 'cafe0123', 't', 'a', 'a', NULL, 1, '', '', '', 1, 1), (102, 'cafe0223', 't', 'a', 'a', NULL, 1, '', '', '', 1, 1),
  (103, 'bead', 't', 'a', 'a', NULL, 1, '', '', '', 1, 1), (104, 'bead55', 't', 'a', 'a', NULL, 1, '', '', '', 1, 1);
INSERT INTO builds(num, id, checkout_id, config_name, compiler, architecture, command, status, start_time, duration_ms)
  SELECT num, id, id, 'arm', 'gcc', 'arm', 'make', 'PASS', 1, 1 FROM checkouts WHERE num > 100;
INSERT INTO jobs(num, id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms)
  SELECT num, id, id, 'virt', 'desk', '', 'done', '', 'finished', 1, 1 FROM checkouts WHERE num > 100;
INSERT INTO verdicts(num, id, kind, checkout_id, base_id, name, created, duration_ms)
  SELECT num, id, 'pass', id, NULL, '', 1, 1 FROM checkouts WHERE num > 100;

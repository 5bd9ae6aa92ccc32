-- What pages show beside what tests/queries/store.sql has, which this is read behind.
INSERT INTO logs VALUES('1111', 2000, 1), ('2222', 30000, 1);
UPDATE builds SET log_sha256 = '1111' WHERE id = 'b3';
UPDATE jobs SET log_sha256 = '2222' WHERE id = 'j6';
INSERT INTO builds(num, id, checkout_id, config_name, compiler, architecture, command, status, start_time, duration_ms, image_hash) VALUES
  (5, 'b5', 'c3', 'arm-flat', 'gcc', 'arm', 'make', 'FAIL', 1699913650, 3000, ''),
  (6, 'b6', 'c5', 'arm-flat', 'gcc', 'arm', 'make', 'PASS', 1699827400, 50000, 'feed');
INSERT INTO diagnostics VALUES(5, 0, 'error', 'kernel/dma/pool.c', 7, 'x undeclared', '  x = 1;' || char(10) || '  ^', 20);
UPDATE builds SET options = 'CONFIG_CMA=y, was n' || char(10) || 'CONFIG_DMA_CMA=y, was not there' || char(10) WHERE id = 'b3';
INSERT INTO artifacts VALUES(3, 0, 'zImage', 'a0', 5000000), (3, 1, 'System.map', 'a1', 700);
INSERT INTO jobs(num, id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms) VALUES
  (9, 'j9', 'b6', 'virt-flat', 'desk', 'vb2', 'done', '', 'finished', 1699827500, 4000),
  (10, 'j10', 'b4', 'virt', 'desk', '', 'done', '', 'finished', 1699914100, 4000);
INSERT INTO test_paths VALUES(3, 'dma.pool'), (4, 'vb2');
INSERT INTO tests VALUES(9, 0, 1, 'PASS', 6, ''), (9, 1, 3, 'FAIL', 12, 'expected 2'), (9, 2, 4, 'PASS', 13, ''),
  (10, 0, 1, 'PASS', 6, ''), (10, 1, 2, 'SKIP', 20, 'refused: map: -ENXIO'), (10, 2, 3, 'PASS', 22, '');
INSERT INTO incidents(job, seq, issue, first_line, last_line, fatal, corrupted) VALUES (10, 0, 2, 21, 22, 0, 0);
INSERT INTO outcomes VALUES(8, 'b6', 'virt-flat', 'finished', 1699827500), (9, 'b4', 'virt', 'finished', 1699914100);
INSERT INTO outcome_jobs VALUES(5, 0, 5), (6, 0, 6), (7, 0, 8), (8, 0, 9), (9, 0, 10);
INSERT INTO outcome_tests VALUES(8, 0, 1, 'PASS', 6, '', 9), (8, 1, 3, 'FAIL', 12, 'expected 2', 9), (8, 2, 4, 'PASS', 13, '', 9),
  (9, 0, 1, 'PASS', 6, '', 10), (9, 1, 2, 'SKIP', 20, 'refused: map: -ENXIO', 10), (9, 2, 3, 'PASS', 22, '', 10),
  (6, 1, 3, 'MISS', 0, '', NULL);
INSERT INTO mails(num, msgid, hash, kind, sorted, series, time, name, sender_email, sender_name, author_email, author_name,
    subject, date, refs, lists, prefixes, number, total, version, revision, resend, patch_id, base_commit, change_id, needs,
    reason, source, origin, created) VALUES
  (2, '2b@x', 'h', 'patch', 1, 2, 1699900050, 'dma: second', 'ann@x', 'Ann', 'ann@x', 'Ann', '[PATCH v2 2/2] dma: second', '', '', '',
   '', 2, 2, 2, 2, 0, '', '', '', '', '', 1, 'https://lore/2b@x', 1699900060);
UPDATE mails SET time = 1699900000, name = 'dma: first', sender_email = 'ann@x', sender_name = 'Ann', author_email = 'ann@x',
  author_name = 'Ann', subject = '[PATCH v2 1/2] dma: first', origin = 'https://lore/2@x', created = 1699900055 WHERE num = 1;
INSERT INTO mail_texts VALUES(1, 'why', 'kernel/dma/pool.c' || char(10) || 'kernel/dma/mapping.c' || char(10));
INSERT INTO series_full VALUES(2, 0, 1), (2, 1, 2);
UPDATE series SET created = 1699900000 + num WHERE num > 1;
UPDATE tasks SET started = 1699913590, ended = 1699914000 WHERE num = 2;
UPDATE tasks SET state = 'failed', ended = 1699999400, why = 'tried 3 times' WHERE num = 6;
INSERT INTO approvals VALUES('d2', 'lead@x', 1699900500);
UPDATE reasons SET excerpt = 'BUG: x' || char(10) || 'PC is at sg_page', base_runs = 8, patched_bad = 8, patched_runs = 8, chance = 0.25
  WHERE verdict = 2 AND seq = 0;
INSERT INTO changes VALUES
  (2, 3, 'broken', 'smdkc210', 'BUG: x in sg_page', 'aaaa111122223333', 'PASS', 'FAIL', 0, 8, 8, 8, 0.25, 2, 'bug 7'),
  (2, 4, 'still passing', 'virt', 'vb2.import', '', 'PASS', 'PASS', 0, 2, 0, 2, 1, 0, ''),
  (2, 5, 'fixed', 'virt', 'boot', '', 'FAIL', 'PASS', 2, 2, 0, 2, 0, 0, '');
INSERT INTO verdict_texts VALUES(2, 'FAIL dma: keep <b>the</b> size');
UPDATE outbox SET verdict = 2, ended = 1699990100 WHERE num = 2;
INSERT INTO submissions(num, lab, target, build_id, filter, kernel, ramdisk, dtb, purpose, task, state, cancel, lava_id, created,
    posted, started, ended, device, job_id) VALUES
  (1, 'farm', 'smdkc210', 'b3', '', '', '', '', 'test', 2, 'ended', 0, 77, 1, 1, 1, 1, 'board-1', 'j6'),
  (2, 'farm', 'smdkc210', 'b3', '', '', '', '', 'test', 6, 'running', 0, 78, 1699999300, 1699999310, 1699999320, 0, 'board-2', NULL);
INSERT INTO bisection_commits(bisection, seq, "commit", subject, weight, build, build_id, image_hash, build_ms, why, odds) VALUES
  (1, 0, 'a', 'older end', 0, 'built', 'b1', '', 1, '', 0),
  (1, 1, 'c1111', 'mm: harmless', 1, 'unbuildable', '', '', 1, 'x undeclared', 0.021),
  (1, 2, '0123456789abcdef', 'dma: guilty', 2, 'built', 'b2', '', 1, '', 0.979),
  (1, 3, 'b', 'newer end', 1, 'built', 'b3', '', 1, '', 0),
  (1, 4, 'r', 'without it', 0, 'built', '', '', 1, '', 0);
INSERT INTO bisection_runs VALUES(1, 1, 3, 'bad', 'j6', 5000, 1699000010), (2, 1, 0, 'good', 'j1', 5000, 1699000020),
  (3, 1, 2, 'infra', 'j7', 60000, 1699000030), (4, 1, 2, 'bad', '', 4000, 1699000040), (5, 1, 2, 'bad', 'j4', 4000, 1699000050);
INSERT INTO series(num, message_id, name, author, source, version, revision, total, received, complete, full_complete, rfc,
    resend, older, newer, cover_wanted, base_commit, change_id, needs, digest, time, created, changed, decision) VALUES
  (6, '6@x', 'net: unwanted', 'Bob <bob@x>', 'lkml', 1, 1, 1, 1, 1, 1, 0, 0, NULL, NULL, 0, '', '', '', 'd6', 1699900400, 1699900006, 1, 'no rule wants it'),
  (7, '7@x', 'dma: new', 'Bob <bob@x>', 'lkml', 1, 1, 1, 1, 1, 1, 0, 0, NULL, NULL, 0, '', '', '', 'd7', 1699900500, 1699900007, 1, '');
UPDATE bisections SET watch = 'stable', series = '2@x' WHERE num = 1;

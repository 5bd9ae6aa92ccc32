-- A small lab's store for the questions of db/queries/ask_*.sql; its now is 1700000000, a Tuesday in
-- November 2023. vb2.import went bad on the board between two bases; a series then crashes there.
INSERT INTO checkouts(num, id, tree_name, git_commit_hash, tip, fix, overlay, patchset_hash, message_id, name, valid, created) VALUES
  (1, 'c1', 'debian-6.1', 'aaaa1', 'aaaa1', NULL, 1, '', '', '', 1, 1698272000),
  (2, 'c2', 'debian-6.1', 'bbbb2', 'bbbb2', NULL, 1, '', '', '', 1, 1699827200),
  (3, 'c3', 'debian-6.1', 'bbbb2', 'cccc3', NULL, 1, 'p3', '2@x', 'dma: keep <b>the</b> size', 1, 1699913600),
  (4, 'c4', 'debian-6.1', 'bbbb2', '', NULL, 1, 'p4', '3@x', '=HYPERLINK("http://x")', 0, 1699914000),
  (5, 'c5', 'debian-6.1', 'bbbb2', 'dddd5', 'pfn-valid', 1, '', '', '', 1, 1699827300);
INSERT INTO conflicts VALUES('c4', 2, 'dma: two', 'kernel/dma/pool.c', '@@ -1 +1 @@', 'patch does not apply');
INSERT INTO builds(num, id, checkout_id, config_name, compiler, architecture, command, status, start_time, duration_ms) VALUES
  (1, 'b1', 'c1', 'arm', 'gcc', 'arm', 'make', 'PASS', 1698272000, 60000),
  (2, 'b2', 'c2', 'arm', 'gcc', 'arm', 'make', 'PASS', 1699827200, 40000),
  (3, 'b3', 'c3', 'arm', 'gcc', 'arm', 'make', 'PASS', 1699913600, 80000),
  (4, 'b4', 'c5', 'arm', 'gcc', 'arm', 'make', 'PASS', 1699827300, 60000);
INSERT INTO diagnostics VALUES(3, 0, 'error', 'x.c', 1, 'no error of this kind is asked for', '', 1),
  (3, 1, 'warning', 'kernel/dma/pool.c', 12, 'unused variable ''a''', '', 40),
  (3, 2, 'warning', 'kernel/dma/pool.c', 15, '+1' || char(27) || '[31m', '', 41);
INSERT INTO jobs(num, id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms) VALUES
  (1, 'j1', 'b1', 'virt', 'desk', '', 'done', '', 'finished', 1698272100, 5000),
  (2, 'j2', 'b1', 'smdkc210', 'farm', '', 'done', '', 'finished', 1698272200, 9000),
  (3, 'j3', 'b2', 'virt', 'desk', '', 'done', '', 'finished', 1699827300, 7000),
  (4, 'j4', 'b2', 'smdkc210', 'farm', '', 'done', '', 'finished', 1699827400, 9000),
  (5, 'j5', 'b3', 'virt', 'desk', '', 'done', '', 'finished', 1699913700, 6000),
  (6, 'j6', 'b3', 'smdkc210', 'farm', '', 'done', '', 'crashed', 1699913800, 12000),
  (7, 'j7', 'b3', 'smdkc210', 'farm', '', 'infra', 'no prompt' || char(10) || 'in 60 s', 'silent', 1699913900, 60000),
  (8, 'j8', 'b4', 'smdkc210', 'farm', '', 'done', '', 'finished', 1699914000, 9000);
INSERT INTO test_paths VALUES(1, 'vb2.import'), (2, 'vb2.other');
INSERT INTO tests VALUES(1, 0, 1, 'PASS', 5, ''), (2, 0, 1, 'PASS', 5, ''), (3, 0, 1, 'PASS', 5, ''),
  (4, 0, 1, 'FAIL', 7, 'expected 1'), (4, 1, 2, 'SKIP', 9, ''), (5, 0, 1, 'PASS', 5, ''),
  (6, 0, 1, 'ERROR', 8, 'crashed'), (8, 0, 1, 'PASS', 5, ''), (8, 1, 2, 'SKIP', 9, '');
INSERT INTO issues VALUES(1, 'aaaa111122223333', 'BUG: x in sg_page', 'BUG', 'sg_page', '', 'sg_page' || char(10)),
  (2, 'bbbb111122223333', 'WARNING in dma_map', 'WARNING', 'dma_map', '', ''),
  (3, 'cccc111122223333', 'BUG: y in sg_page', 'BUG', 'sg_page', '', '');
INSERT INTO incidents(job, seq, issue, first_line, last_line, fatal, corrupted) VALUES
  (2, 0, 3, 60, 70, 0, 0), (4, 0, 1, 40, 50, 0, 0), (6, 0, 1, 30, 39, 1, 0), (6, 1, 1, 50, 59, 1, 0), (6, 2, 2, 20, 21, 0, 0);
INSERT INTO outcomes VALUES(1, 'b1', 'virt', 'finished', 1698272100), (2, 'b1', 'smdkc210', 'finished', 1698272200),
  (3, 'b2', 'virt', 'finished', 1699827300), (4, 'b2', 'smdkc210', 'finished', 1699827400),
  (5, 'b3', 'virt', 'finished', 1699913700), (6, 'b3', 'smdkc210', 'crashed', 1699913800),
  (7, 'b4', 'smdkc210', 'finished', 1699914000);
INSERT INTO outcome_tests VALUES(1, 0, 1, 'PASS', 5, '', 1), (2, 0, 1, 'PASS', 5, '', 2), (3, 0, 1, 'PASS', 5, '', 3),
  (4, 0, 1, 'FAIL', 7, 'expected 1', 4), (5, 0, 1, 'PASS', 5, '', 5), (6, 0, 1, 'ERROR', 8, 'crashed', 6),
  (7, 0, 1, 'PASS', 5, '', 8), (7, 1, 2, 'SKIP', 9, '', 8);
INSERT INTO sources VALUES(1, 'lkml', '', 0), (2, 'media', '', 0);
INSERT INTO series(num, message_id, name, author, source, version, revision, total, received, complete, full_complete, rfc,
    resend, older, newer, cover_wanted, base_commit, change_id, needs, digest, time, created, changed, decision) VALUES
  (1, '1@x', 'dma: keep <b>the</b> size', 'Ann <ann@x>', 'lkml', 1, 1, 2, 2, 1, 1, 0, 0, NULL, NULL, 0, '', '', '', 'd1', 1699800000, 1, 1, 'tested'),
  (2, '2@x', 'dma: keep <b>the</b> size', 'Ann <ann@x>', 'lkml', 2, 2, 2, 2, 1, 1, 0, 0, 1, NULL, 0, '', '', '', 'd2', 1699900000, 1, 1, 'tested'),
  (3, '3@x', '=HYPERLINK("http://x")', 'Eve <eve@x>', 'media', 1, 1, 3, 2, 0, 0, 0, 0, NULL, NULL, 0, '', '', '', 'd3', 1699900100, 1, 1, 'tested'),
  (4, '4@x', 'net: other', 'Bob <bob@x>', 'lkml', 1, 1, 1, 1, 1, 1, 0, 0, NULL, NULL, 0, '', '', '', 'd4', 1699900200, 1, 1, 'no rule'),
  (5, '5@x', 'dma: last', 'Bob <bob@x>', 'lkml', 1, 1, 1, 1, 1, 1, 0, 0, NULL, NULL, 0, '', '', '', 'd5', 1699900300, 1, 1, '');
UPDATE series SET newer = 2 WHERE num = 1;
INSERT INTO mails(num, msgid, hash, kind, sorted, series, time, name, sender_email, sender_name, author_email, author_name,
    subject, date, refs, lists, prefixes, number, total, version, revision, resend, patch_id, base_commit, change_id, needs,
    reason, source, origin, created) VALUES
  (1, '2@x', 'h', 'patch', 1, 2, 0, '', '', '', '', '', '', '', '', '', '', 1, 2, 2, 2, 0, '', '', '', '', '', 1, '', 1);
INSERT INTO verdicts VALUES(1, 'v1', 'pass', NULL, NULL, 'dma: keep <b>the</b> size', 1699810000, 90000),
  (2, 'v2', 'fail', 'c3', 'c2', 'dma: keep <b>the</b> size', 1699914000, 120000),
  (3, 'v3', 'fail', 'c4', NULL, '=HYPERLINK("http://x")', 1699914100, 1000);
INSERT INTO reasons(verdict, seq, kind, target, subject, detail, log_of, line, signature, patch) VALUES
  (2, 0, 'new-crash', 'smdkc210', 'BUG: x in sg_page', '', 'j6', 30, 'aaaa111122223333', 2),
  (2, 1, 'build-warning', '', 'kernel/dma/pool.c', '', 'b3', 40, '', 0),
  (2, 2, 'new-failure', 'smdkc210', 'vb2.import', 'expected 1', 'j6', 8, '', 2),
  (3, 0, 'apply-conflict', '', 'dma: two', '', '', 0, '', 2);
INSERT INTO changes VALUES
  (1, 0, 'flaky', 'virt', 'vb2.other', '', 'PASS', 'FAIL', 1, 8, 2, 8, 1, 0, ''),
  (2, 0, 'broken', 'smdkc210', 'vb2.import', '', 'PASS', 'FAIL', 0, 8, 8, 8, 0, 0, ''),
  (2, 1, 'flaky', 'virt', 'vb2.other', '', 'PASS', 'FAIL', 0, 8, 1, 8, 1, 0, ''),
  (2, 2, 'flaky', 'smdkc210', 'vb2.other', '', 'PASS', 'FAIL', 1, 2, 0, 0, 1, 0, '');
INSERT INTO verdict_texts VALUES(1, 'note: smdkc210 waits for a maintainer''s word: dmalab approve 1@x'),
  (3, 'note: smdkc210 waits for a maintainer''s word: dmalab approve 3@x');
INSERT INTO tasks(num, key, series, source, tree, plan, priority, state, attempts, created, not_before, started, ended, owner,
    lease_boot, lease_until, verdict, why) VALUES
  (1, 'k1', 1, 1, 'debian-6.1', 'patch', 0, 'done', 1, 1699800100, 0, 0, 0, '', '', 0, 1, ''),
  (2, 'k2', 2, 1, 'debian-6.1', 'patch', 0, 'done', 1, 1699900100, 0, 0, 0, '', '', 0, 2, ''),
  (3, 'k3', 3, 2, 'debian-6.1', 'patch', 0, 'done', 1, 1699900200, 0, 0, 0, '', '', 0, 3, ''),
  (4, 'k4', 5, 1, 'debian-6.1', 'patch', 0, 'waiting', 0, 1699999000, 0, 0, 0, '', '', 0, NULL, ''),
  (5, 'k5', 4, 1, 'debian-6.1', 'patch', 5, 'waiting', 0, 1699999100, 0, 0, 0, '', '', 0, NULL, ''),
  (6, 'k6', 2, 1, 'next', 'patch', 0, 'running', 1, 1699999200, 0, 0, 0, 'me', '', 0, NULL, '');
INSERT INTO outbox(num, kind, state, key, subject, receiver, series, created, not_before, tried, ended, attempts, why, body) VALUES
  (1, 'mail', 'held', 'm1', 'Re: [PATCH] dma: keep <b>the</b> size', 'ann@x', 2, 1699990000, 0, 0, 0, 0, 'moderated', ''),
  (2, 'mail', 'sent', 'm2', 'Re: sent', 'ann@x', 2, 1699990000, 0, 0, 0, 1, '', '');
INSERT INTO knowns VALUES(1, 0, 'vb2.import', 'racy', 'ann@x', 4102444800, 1), (2, 1, 'aaaa111122223333', 'bug 7', 'ann@x', 4102358400, 1),
  (3, 0, 'vb2.over', 'over', 'ann@x', 1699999999, 1);
INSERT INTO bisections(num, key, tree, good, bad, kind, subject, filter, target, fix, fixed, first_parent, paths, confidence,
    state, culprit, odds, reverted, why, created, ended) VALUES
  (1, 'k', 'stable', 'a', 'b', 'test', 'vb2.import', '', 'virt', 'none', 0, 0, '', 0.95, 'found', '0123456789abcdef', 0.97, 'yes', '', 1699000000, 1),
  (2, 'l', 'stable', 'a', 'b', 'build', '', '', 'virt', 'none', 0, 0, '', 0.95, 'running', '', 0, '', '', 1699000100, 0);
INSERT INTO labs VALUES('desk', 0, 0, '', 0), ('farm', 1699999990, 1699999990, 'no answer', 3);
INSERT INTO lab_devices VALUES('farm', 'board-1', 'smdkc210', 'Good', 'Idle', 'w', 1), ('farm', 'board-2', 'smdkc210', 'Bad', 'Idle', 'w', 0);
INSERT INTO target_health VALUES('smdkc210', 1699990000, 0, 'j8', 1690000000), ('virt', 1699990000, 1, 'j3', 1690000000);

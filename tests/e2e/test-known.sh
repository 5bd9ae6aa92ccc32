#!/bin/bash
# `dmalab known` and `dmalab outbox`: what people say to the store. Nothing is built or booted.
. "$(dirname "$0")/lib.sh"
export TZ=UTC LC_ALL=C.UTF-8 EMAIL=op@lab.example
lab_yaml
until=$(date -d '+30 days' +%F) over=$(date -d '-3 days' +%F)
store() { sqlite3 "$T/work/dmalab.db" "$1"; }
# refused WORDS COMMAND…: exit 2, and one line that has the words
refused() {
	local words=$1 code
	shift
	"$@" >"$T/out" 2>"$T/err"
	code=$?
	cat "$T/out" "$T/err"
	[ $code = 2 ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" = 1 ] && grep -qF -- "$words" "$T/err"
}
# says TEXT COMMAND…: exactly that
says() {
	local text=$1
	shift
	"$@" >"$T/out" && cat "$T/out" && [ "$(cat "$T/out")" = "$text" ]
}

ok "a new store knows nothing" says "" dmalab known
ok "... and has nothing to tell" says "" dmalab outbox
one=0123456789abcdef$(printf '0%.0s' {1..48}) two=01234567ffffffff$(printf '0%.0s' {1..48})
store "INSERT INTO issues(id, title, type, function, alt, frames) VALUES('$one', 'BUG: x', 'BUG', 'f', '', ''),
	('$two', 'BUG: y', 'BUG', 'f', '', '');
INSERT INTO checkouts(id, tree_name, git_commit_hash, tip, overlay, patchset_hash, message_id, name, valid, created)
	VALUES('c', 't', '', '', 0, '', '', '', 1, 1);
INSERT INTO builds(id, checkout_id, config_name, compiler, architecture, command, status, start_time, duration_ms)
	VALUES('b', 'c', 'arm', '', '', '', 'PASS', 1, 1);
INSERT INTO jobs(id, build_id, target, lab, filter, outcome, reason, boot, start_time, duration_ms)
	VALUES('j', 'b', 'virt', 'here', '', 'done', '', 'finished', 1, 1);
INSERT INTO test_paths(path) VALUES('vb2.import');
INSERT INTO tests(job, seq, path, status, line, comment) VALUES(1, 0, 1, 'FAIL', 1, '');"

add() { dmalab known add "$@"; }
ok "a test that was run is taken" says "known issue 1: vb2.import, until $until" add vb2.import --until "$until" --why 'a link'
ok "a signature is found by its beginning, whatever the case" says "known issue 2: $two, until $until" \
	add 01234567FF --until "$until" --why 'a link'
ok "a whole suite is taken" says "known issue 3: vb2.*, until $until" add 'vb2.*' --until "$until" --why 'a link'
ok "a beginning of several is not" refused 'more digits' add 01234567 --until "$until" --why x
ok "too few digits are not" refused '8 digits' add 0123456 --until "$until" --why x
ok "a signature that no report has is not" refused 'no report' add 99999999 --until "$until" --why x
ok "a test that no boot ran is not" refused '--force' add vb2.other --until "$until" --why x
ok "... but with --force" says "known issue 4: vb2.other, until $until" add vb2.other --until "$until" --why x --force
ok "what is neither is not" refused 'neither' add vb2 --until "$until" --why x
ok "... nor a case without a suite" refused 'neither' add .import --until "$until" --why x
ok "... nor a star in the middle" refused 'neither' add 'v*.a' --until "$until" --why x
ok "it wants a date" refused '--until' add vb2.import --why x
ok "... and a reason" refused '--why' add vb2.import --until "$until"
ok "... and a day that there is" refused 'no date' add vb2.import --until 2031-02-30 --why x
ok "... that is to come" refused 'is over' add vb2.import --until "$over" --why x
ok "... by the whole" refused 'no date' add vb2.import --until "$until"T12 --why x
again() {
	add vb2.import --until "$until" --why $'again \e[31m' --json >"$T/out.json" &&
		json "$T/out.json" 'd["known"], d["why"], d["by"]' | tee "$T/out" | grep -qF '[1, "again \u001b[31m", "op@lab.example"]'
}
ok "the same again gets another reason" again
lists() {
	dmalab known >"$T/out" && cat -v "$T/out" && [ "$(wc -l <"$T/out")" = 5 ] && grep -q "^2 *01234567ffff *$until" "$T/out" &&
		! grep -q $'\e' "$T/out"
}
ok "the list has all of them, and nothing that a terminal obeys" lists
ends_at_midnight() { [ "$(store "SELECT datetime(until, 'unixepoch') FROM knowns WHERE num = 1")" = "$(date -d "$until +1 day" +%F) 00:00:00" ]; }
ok "it holds until the end of its day" ends_at_midnight
store "UPDATE knowns SET until = unixepoch() - 1 WHERE num = 2"
gone() { dmalab known list >"$T/out" && ! grep -q '^2 ' "$T/out" && dmalab known --all | tee "$T/out" | grep -q '^2 .*(over)'; }
ok "what is over is listed with --all" gone
removed() { dmalab known remove 3 && refused 'no known issue 3' dmalab known remove 3; }
ok "what is removed is gone" removed
ok "an unknown word is refused" refused 'none of' dmalab known forget 3

store "INSERT INTO outbox(kind, state, key, subject, receiver, created, not_before, tried, ended, attempts, why, body) VALUES
	('mail', 'held', '1@d', 'Re: [PATCH] x' || char(27), 'ann@a.example' || char(10) || 'bob@b.example' || char(10),
		unixepoch() - 7300, 9, 0, 0, 0, 'moderated', 'Subject: x' || char(10, 10) || 'text' || char(27) || char(10)),
	('check', 'waiting', 'c1', 'pending', 'media', unixepoch(), 0, 0, 0, 0, '', '{}'),
	('kcidb', 'sent', 'k1', 'submission', '', unixepoch(), 0, 1, 1, 1, '', '{}'),
	('mail', 'failed', '2@d', 'failed', 'ann@a.example', unixepoch(), 0, 1, 1, 9, 'refused', ''),
	('mail', 'sending', '3@d', 'under way', 'ann@a.example', unixepoch(), unixepoch() + 100, 1, 0, 1, '', '')"
open_ones() {
	dmalab outbox >"$T/out" && cat -v "$T/out" && [ "$(awk '{ print $1 }' "$T/out" | tr '\n' ' ')" = "NUM 1 2 5 " ] &&
		grep -q '^1 *mail *held *2 h *ann@a.example +1 .*moderated' "$T/out" && ! grep -q $'\e' "$T/out"
}
ok "the outbox shows what is held and on its way" open_ones
everything() { dmalab outbox list --all --json >"$T/out.json" && json "$T/out.json" '[m["message"] for m in d]' | tee "$T/out" | grep -qF '[1, 2, 5, 4, 3]'; }
ok "... and with --all the rest, newest first" everything
ok "a message is shown as it goes" says "$(printf 'Subject: x\n\ntext\\x1b')" dmalab outbox show 1
ok "what waits needs no word" refused 'message 2 is waiting' dmalab outbox approve 1 2
ok "what is under way is not sent twice" refused 'message 5 is sending' dmalab outbox approve 5
states() { store "SELECT group_concat(state, ' ') FROM (SELECT state FROM outbox ORDER BY num)"; }
ok "... and then none of several goes" says "held waiting sent failed sending" states
approved() { dmalab outbox approve 1 4 && says "waiting waiting sent waiting sending" states && says 0 store "SELECT sum(attempts + not_before) FROM outbox WHERE num IN (1, 4)"; }
ok "what is held or failed goes when it is approved" approved
dropped() { dmalab outbox drop 1 2 && says "dropped dropped sent waiting sending" states; }
ok "what is not sent can be dropped" dropped
ok "what is sent cannot" refused 'message 3 is sent' dmalab outbox drop 3
ok "what is dropped cannot be approved" refused 'message 1 is dropped' dmalab outbox approve 1
ok "a number that is none is refused" refused 'no message 9' dmalab outbox show 9
ok "... and a word" refused 'no number' dmalab outbox drop all
echo "1..$n"

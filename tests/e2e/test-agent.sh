#!/bin/bash
# The agent in front of a real public-inbox and a Patchwork: what is posted gets its verdict by itself.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
S=$top/tests/series
lab_yaml

verdict_of() { # SERIES: its verdict's kind, "" while there is none
	id=$(store "SELECT t.verdict FROM tasks t JOIN series s ON s.num = t.series WHERE s.name LIKE '%$1%' AND t.state = 'done'")
	[ -n "$id" ] && store "SELECT kind FROM verdicts WHERE num = $id"
}
has_verdict() { [ -n "$(verdict_of "$1" 2>/dev/null)" ]; }
name_of() { dmalab_mail "$1" | sed -n 3p; }
dmalab_mail() { "$DMALAB" mail "$1"; }
msgid_of() { sed -n 's/^Message-Id: <\(.*\)>$/\1/Ip' "$1" | head -n 1; }

start_agent() {
	"$DMALAB" agent --config "$LAB" >>"$T/agent.log" 2>&1 &
	agent=$!
	servers+=("$agent")
}

serve_inbox && serve_patchwork || exit 1
add_sources
good=$(name_of "$S/good.mbox")
crash=$(name_of "$S/crash.mbox")
good_id=$(msgid_of "$S/good.mbox")
crash_id=$(msgid_of "$S/crash.mbox")

# The base's build and boots are not what is measured.
ok "a series by file warms the lab up" dmalab test --mbox "$S/good-2.mbox"
start_agent

posted=$(date +%s%3N)
inbox_add "$S/good.mbox"
ok "a posted series gets its verdict without anybody touching anything" wait_for 120 has_verdict "$good"
echo "# $((($(date +%s%3N) - posted))) ms from the mail to the verdict" | tee "$T/figure"
ok "it passes" [ "$(verdict_of "$good")" = pass ]
on_both() {
	[ "$(store "SELECT count(DISTINCT j.target) FROM jobs j JOIN builds b ON b.id = j.build_id JOIN checkouts c ON c.id = b.checkout_id JOIN verdicts v ON v.checkout_id = c.id WHERE v.name = '$good'")" = 2 ]
}
ok "on the two emulated boards" on_both

cp "$S/good.mbox" "$T/pw/good.mbox"
cp "$S/crash.mbox" "$T/pw/crash.mbox"
ok "a series that only Patchwork has is tested" wait_for 120 has_verdict "$crash"
ok "it fails" [ "$(verdict_of "$crash")" = fail ]
ok "what both have is tested once" [ "$(store "SELECT count(*) FROM tasks")" = 2 ]

sed -e 's/kernel\/dma\//Documentation\//g' -e 's/made up change/words for people/' -e 's/series-7-/words-/' \
	<("$top/tests/servers/series.py" "$T/m" 1 7 1 && cat "$T/m/00007.mbox") >"$T/words.mbox"
inbox_add "$T/words.mbox"
why_not() { dmalab why words-1@sample.invalid | tee "$T/why" | grep -q "not relevant"; }
ok "what no rule matches is not tested" wait_for 20 why_not
ok "why says which words were not there" grep -q "no path of" "$T/why"
why_yes() { dmalab why "$good_id" | grep -q "^rule dma: matches"; }
ok "why says what matched" why_yes

again() { dmalab test "$good_id" >"$T/again" && cat "$T/again" && grep -q "^verdict: pass" "$T/again"; }
ok "test MSGID of what is known answers from the store" again
by_url() { dmalab fetch "$INBOX/$crash_id/" && dmalab fetch "$INBOX/$good_id/" --mbox >"$T/back.mbox"; }
ok "fetch takes a URL" by_url
ok "and prints what git am takes" grep -q "^diff --git" "$T/back.mbox"
ok "fetch says when nobody has it" bash -c "! '$DMALAB' fetch --config '$LAB' nobody@has.it 2>'$T/err' && grep -q 'nobody@has.it' '$T/err' && [ \$(wc -l <'$T/err') = 1 ]"
ok "a second agent is refused" bash -c "! timeout -k 2 20 '$DMALAB' agent --config '$LAB' 2>'$T/err' && grep -q 'another agent' '$T/err'"

sed -i 's/^  cover_wait: .*/  cover_wait: 3/' "$LAB"
kill -HUP $agent
ok "SIGHUP rereads lab.yaml" wait_for 10 grep -q "read again" "$T/agent.log"
sed 's/^version: 1/version: 9/' "$LAB" >"$T/bad" && cp "$LAB" "$T/good.yaml" && cp "$T/bad" "$LAB"
kill -HUP $agent
ok "a lab.yaml that cannot be read is not taken" wait_for 10 grep -q "is not taken" "$T/agent.log"
cp "$T/good.yaml" "$LAB"

# A retest is stopped in its middle: it waits for the next agent.
dmalab retest "$crash_id"
running() { dmalab queue | grep -q running; }
ok "retest runs it again" wait_for 20 running
ended() { ! kill -0 $agent 2>/dev/null; }
stopping=$(date +%s)
kill -TERM $agent
ok "SIGTERM ends the agent within ten seconds" wait_for 11 ended
echo "# ended in $(($(date +%s) - stopping)) s"
waits() { dmalab queue | grep -q waiting || [ "$(store "SELECT count(*) FROM tasks WHERE state = 'done'")" = 3 ]; }
ok "and what it tested waits, or is done" waits
dropped() { dmalab drop "$crash_id" && ! dmalab queue | grep -q waiting; }
ok "drop takes it out" dropped
ok "no process is left of it" bash -c "! pgrep -f '[a]gent --config $LAB'"
echo "1..$n"

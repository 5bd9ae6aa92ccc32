#!/bin/bash
# An agent that is killed again and again, while mails come by two sources of which one misbehaves,
# loses no series and tests none twice. $KILLS and $SERIES (three mails each) make it long.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
KILLS=${KILLS:-25}
SERIES=${SERIES:-10}
lab_yaml "s|^  retries:.*|  retries: 0|"

bring() { # half by each source, and every fifth by both
	for m in "$T"/mails/*.mbox; do
		i=$((10#$(basename "$m" .mbox)))
		if [ $((i % 2)) = 0 ] || [ $((i % 5)) = 0 ]; then inbox_add "$m"; fi
		if [ $((i % 2)) = 1 ] || [ $((i % 5)) = 0 ]; then
			cp "$m" "$T/pw/$i.tmp" && mv "$T/pw/$i.tmp" "$T/pw/$i.mbox"
		fi
		sleep 0.3
	done
}

kill_loop() {
	for i in $(seq "$KILLS"); do
		"$DMALAB" agent --config "$LAB" >>"$T/agent.log" 2>&1 &
		pid=$!
		sleep "$(awk -v seed="$i" 'BEGIN { srand(seed); printf "%.2f", 0.05 + 2 * rand() }')"
		kill -9 $pid
		wait $pid 2>/dev/null
	done
}

settled() { # every series has its verdict
	dmalab agent --once >>"$T/agent.log" 2>&1
	[ "$(store "SELECT count(*) FROM tasks WHERE state = 'done'")" -ge "$SERIES" ]
}

python3 "$top/tests/servers/series.py" "$T/mails" "$SERIES" 1 3
dmalab tree >/dev/null || exit 1
serve_inbox && serve_patchwork --misbehave 502=0.1,lost=0.05,cut=0.05,twice=0.3,late-event=0.2 --late 2 || exit 1
add_sources
bring &
bringer=$!
kill_loop
wait $bringer
# One that was being tested at each of many kills waits longer and longer.
ok "after $KILLS kills every series gets its verdict" wait_for $((180 + KILLS)) settled
series=$(store "SELECT count(*) FROM series")
mails=$(store "SELECT count(DISTINCT msgid) FROM mails")
tasks=$(store "SELECT count(*) FROM tasks")
verdicts=$(store "SELECT count(*) FROM verdicts")
echo "# $KILLS kills: $mails mails, $series series, $tasks tasks, $verdicts verdicts, at most $(store 'SELECT max(deaths) FROM tasks') kills in the middle of one" | tee "$T/figures"
ok "no series is lost or doubled" [ "$series" = "$SERIES" ]
ok "no mail is lost or doubled" [ "$mails $(store 'SELECT count(*) FROM mails')" = "$((3 * SERIES)) $((3 * SERIES))" ]
ok "none was tested twice" [ "$tasks $verdicts" = "$SERIES $SERIES" ]

# A series that ends the agent whenever it is tested: others go first by and by, then it is given up.
dmalab retest series-1-1@sample.invalid
killer=$(store "SELECT max(num) FROM tasks")
killer_is() { [ "$(store "SELECT state FROM tasks WHERE num = $killer")" = "$1" ]; }
murder() { # TIMES: the agent is killed as soon as it tests the killer
	python3 - "$1" "$T/work/dmalab.db" "$killer" "$DMALAB" agent --config "$LAB" <<-'END'
		import sqlite3, subprocess, sys, time
		times, path, killer, *agent = sys.argv[1:]
		db = sqlite3.connect(path, timeout=20, isolation_level=None)
		ask = "SELECT owner FROM tasks WHERE num = ? AND state = 'running'"
		for _ in range(int(times)):
		    before = db.execute(ask, (killer,)).fetchone()
		    with subprocess.Popen(agent) as p:
		        until = time.monotonic() + 30
		        while db.execute(ask, (killer,)).fetchone() in (None, before):
		            if time.monotonic() > until:
		                p.kill()
		                sys.exit("the agent does not test it")
		            db.execute("UPDATE tasks SET not_before = 0 WHERE num = ? AND not_before > 0", (killer,))
		            time.sleep(0.002)
		        p.kill()
	END
}
others_first() {
	"$top/tests/servers/series.py" "$T/more" 1 9999 1 && inbox_add "$T/more/09999.mbox" && murder 8 &&
		dmalab agent --once >>"$T/agent.log" 2>&1 && killer_is waiting &&
		store "SELECT t.state FROM tasks t JOIN series s ON s.num = t.series WHERE s.message_id = 'series-9999-1@sample.invalid'" | grep -q done
}
ok "what ended the agent eight times waits, and others go on" others_first
given_up() {
	murder 8 && dmalab agent --once >>"$T/agent.log" 2>&1 && killer_is failed &&
		dmalab queue --all | tee "$T/queue" | grep -q "given up: 16 times the agent ended"
}
ok "... and is given up in the end" given_up
anew() { dmalab retest series-1-1@sample.invalid && dmalab agent --once >>"$T/agent.log" 2>&1 && [ "$(store "SELECT state FROM tasks ORDER BY num DESC LIMIT 1")" = done ]; }
ok "... until somebody wants it again" anew
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
echo "1..$n"

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
ok "after $KILLS kills every series gets its verdict" wait_for 180 settled
series=$(store "SELECT count(*) FROM series")
mails=$(store "SELECT count(DISTINCT msgid) FROM mails")
tasks=$(store "SELECT count(*) FROM tasks")
verdicts=$(store "SELECT count(*) FROM verdicts")
echo "# $KILLS kills: $mails mails, $series series, $tasks tasks, $verdicts verdicts" | tee "$T/figures"
ok "no series is lost or doubled" [ "$series" = "$SERIES" ]
ok "no mail is lost or doubled" [ "$mails $(store 'SELECT count(*) FROM mails')" = "$((3 * SERIES)) $((3 * SERIES))" ]
ok "none was tested twice" [ "$tasks $verdicts" = "$SERIES $SERIES" ]
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
echo "1..$n"

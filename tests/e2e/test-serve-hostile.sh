#!/bin/bash
# `dmalab serve` and who means it no good: requests that are none, connections that never end, and a
# store in which every word is a stranger's. Nothing is built or booted; tests/serve/ has what asks.
. "$(dirname "$0")/lib.sh"
export TZ=UTC LC_ALL=C.UTF-8
lab_yaml
dmalab list && for f in queries/store queries/pages serve/more; do sqlite3 -bail "$T/work/dmalab.db" <"$top/tests/$f.sql"; done
MEMORY_MB=100
# The sanitizer keeps what is freed, and shadows the rest.
if nm "$DMALAB" 2>/dev/null | grep -q __asan_init; then MEMORY_MB=600; fi

trap 'kill $pid 2>/dev/null; finish' EXIT
: >"$T/log"
"$DMALAB" serve --config "$LAB" --listen 127.0.0.1:0 >"$T/log" 2>"$T/trouble" &
pid=$!
for _ in $(seq 100); do
	read -r U <"$T/log" && break
	sleep 0.05
done
U=${U%/}

ok "every word of the store becomes a stranger's" python3 "$top/tests/serve/hostile-store.py" "$T/work"
ok "it is shown as text by every page in every form" python3 "$top/tests/serve/hostile-crawl.py" "$U"
sed 's/^/# /' "$T/said" >&2
attack() { python3 "$top/tests/serve/hostile-requests.py" "${U#http://}" $pid "$@"; }
ok "3,000 requests that are none keep nobody from being answered" attack malformed 3000
sed 's/^/# /' "$T/said" >&2
ok "... nor 600 connections that never end" attack loris 600
sed 's/^/# /' "$T/said" >&2
bounded() {
	local mb
	mb=$(awk '/^VmHWM/ { print int($2 / 1024) }' /proc/$pid/status)
	echo "$mb MB"
	[ "$mb" -lt $MEMORY_MB ]
}
ok "its memory stays within $MEMORY_MB MB" bounded
ends() {
	local code
	kill -TERM $pid && wait $pid
	code=$?
	cat "$T/trouble"
	[ $code = 0 ] && [ ! -s "$T/trouble" ]
}
ok "it ends when it is told to, and had no trouble" ends
echo "1..$n"

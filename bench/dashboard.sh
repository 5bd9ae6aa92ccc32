#!/bin/bash
# How fast questions and pages are on a store of 1 million jobs and 10 million results. Prints lines
# NAME VALUE:
#   dashboard.store.*          the store, made once a week and kept in $DMALAB_CACHE/dashboard
#   dashboard.plans            queries of which SQLite goes the same way as through an empty store
#   dashboard.query-*          of `dmalab query`, dashboard.section-* of the pages' parts,
#   dashboard.page-*           of whole pages: ms of processor time warm, ms by the clock cold
#   dashboard.json.*           requests a second of a page's JSON from one core, next to the same body
#                              from the least that libmicrohttpd can do, in turns; the ratio of the best
#   dashboard.writer.*         ms of the agent's commits, alone and while all pages are asked for, in
#                              turns; and how far the store's WAL grew meanwhile
# Exit 1 beyond 50 ms warm or 250 ms cold, below 0.6 of the bare server, for another plan, where readers
# make commits of the agent, the median one or the slow ones, 3 times as long, or where the WAL passes 512 MB
# of some 3000 that are written.
#     dashboard.sh [NAME…]      only these questions, sections and pages: page-test-one
set -eu
cd "$(dirname "$0")/.."
B=${B:-build} DMALAB=${DMALAB:-$B/dmalab} T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
kept=${DMALAB_CACHE:-/var/cache/dmalab}/dashboard
pids=
trap 'for p in $pids; do kill $p 2>/dev/null || true; done; rm -rf "$T"' EXIT
trap 'exit 1' INT TERM
bad=0
beyond() {
	echo "beyond $1"
	bad=1
}
passes() { awk -v a="$1" -v b="$3" "BEGIN { exit !(a $2 b) }"; }

# The store ends with this week: what a page shows of the last days is full, and newer than a lab's.
end=$((($(date +%s) + 259200) / 604800 * 604800 + 604800 - 259200))
key=$(cat db/migrations/*.sql bench/dashboard_store.py <(echo $end) | sha256sum | cut -c 1-16)
store=$kept/$key
if [ ! -e "$store/dmalab.db.lock" ]; then
	rm -rf "${kept:?}"/*
	mkdir -p "$store"
	start=$SECONDS
	bench/dashboard_store.py db/migrations "$store/dmalab.db" $end >&2
	touch "$store/dmalab.db.lock"
	echo "dashboard.store.seconds $((SECONDS - start))"
fi
printf 'dashboard.store.jobs %s\ndashboard.store.results %s\ndashboard.store.mb %s\n' \
	$(sqlite3 "$store/dmalab.db" 'SELECT count(*) FROM jobs; SELECT count(*) FROM tests') $(($(stat -c %s "$store/dmalab.db") >> 20))

# Plans must not depend on what the store holds: nobody runs ANALYZE.
for m in db/migrations/*.sql; do sqlite3 -bail "$T/empty.db" <"$m" >/dev/null; done
plan() { { echo EXPLAIN QUERY PLAN && cat "$2"; } | sqlite3 -bail "$1"; }
n=0
for q in db/queries/ask_*.sql db/queries/page_*.sql; do
	if [ "$(plan "$T/empty.db" "$q")" = "$(plan "$store/dmalab.db" "$q")" ]; then n=$((n + 1)); else beyond "plan of $q"; fi
done
echo "dashboard.plans $n"

"$B/bench/dashboard_writer" "$store" 0 # a job with a console
taskset -c 0 "$B/bench/dashboard" "$store" $end "$@" || bad=1
[ -z "$*" ] || exit $bad

# serve COMMAND…: runs it on the first core; $url is what it printed
serve() {
	: >"$T/url"
	taskset -c 0 "$@" >"$T/url" 2>"$T/trouble" &
	pids="$pids $!"
	for _ in $(seq 100); do
		read -r url <"$T/url" && return
		sleep 0.05
	done
	cat "$T/trouble" >&2
	exit 1
}
sed -e "s|^#* *work_dir:.*|work_dir: $store|" -e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" \
	-e "s|^patches:.*|patches: $PWD/patches|" -e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
serve "$DMALAB" serve --config "$T/lab.yaml" --listen 127.0.0.1:0
ours=${url%/} page=/verdicts.json
curl -sf -D "$T/head" -o "$T/body" "$ours$page"
grep -viE '^(HTTP|Date:|Content-Length:|Connection:)' "$T/head" >"$T/headers"
serve "$B/bench/bare" "$T/body" "$T/headers"
theirs=http://127.0.0.1:$url
rate() { taskset -c "$(($(nproc) - 1))" wrk -t1 -c16 -d3s "$1$page" | awk '/Requests\/sec/ { print int($2) } /Non-2xx|Socket errors/ { print > "/dev/stderr"; exit 1 }'; }
for _ in 1 2 3 4 5; do
	echo "$(rate "$ours") $(rate "$theirs")"
done >"$T/rates"
read -r a b < <(awk '$1 > a { a = $1 } $2 > b { b = $2 } END { print a, b }' "$T/rates")
ratio=$(awk -v a="$a" -v b="$b" 'BEGIN { printf "%.2f", a / b }')
printf 'dashboard.json.rps %s\ndashboard.json.bare_rps %s\ndashboard.json.ratio %s\n' "$a" "$b" "$ratio"
passes "$ratio" '>=' 0.6 || beyond dashboard.json.ratio

# All pages, as they are linked from one another. What the writer stores empties the server's cache.
curl -sf "$ours/" "$ours/series" "$ours/tests" "$ours/issues" "$ours/targets" "$ours/verdicts" "$ours/designs" "$ours/bisections" |
	grep -oE 'href="/[^"]*"' | sed 's/^href="//; s/"$//; s/&amp;/\&/g; s/#.*//' | grep -vE '^/(style|icon|live|do)' | sort -u >"$T/links"
python3 - "$T/links" >"$T/pages.lua" <<'P'
import json, sys
print("local pages = {%s}" % ", ".join(map(json.dumps, open(sys.argv[1]).read().split())))
print("local n = 0\nfunction request() n = n % #pages + 1; return wrk.format(nil, pages[n]) end")
P
most=0
wal() { stat -c %s "$store/dmalab.db-wal" 2>/dev/null || echo 0; }
writes() {
	taskset -c "$(($(nproc) - 1))" "$B/bench/dashboard_writer" "$store" 8 &
	local writer=$!
	while kill -0 $writer 2>/dev/null; do
		now=$(wal)
		[ "$now" -le $most ] || most=$now
		echo $most >"$T/wal"
		sleep 0.2
	done
	wait $writer
}
for _ in 1 2 3; do
	writes >>"$T/alone"
	taskset -c "$(($(nproc) - 1))" wrk -t1 -c8 -d9s -s "$T/pages.lua" "$ours" >"$T/wrk" &
	wrk=$!
	writes >>"$T/read"
	wait $wrk
	awk '/Requests\/sec/ { print "dashboard.writer.pages_rps", $2 } /Non-2xx/ { print "dashboard.writer.errors", $NF }' "$T/wrk" >"$T/paged"
done
grep -q errors "$T/paged" && beyond dashboard.writer.errors
cat "$T/paged"
best() { sort -n -k "$2" "$1" | awk -v k="$2" 'NR == 1 { print $k }'; }
for k in 1:p50 2:p99; do
	column=${k%:*} name=${k#*:}
	alone=$(best "$T/alone" "$column") read=$(best "$T/read" "$column")
	ratio=$(awk -v a="$read" -v b="$alone" 'BEGIN { printf "%.2f", a / b }')
	printf 'dashboard.writer.alone_%s_ms %s\ndashboard.writer.read_%s_ms %s\ndashboard.writer.%s_ratio %s\n' \
		"$name" "$alone" "$name" "$read" "$name" "$ratio"
	passes "$ratio" "<=" 3 || beyond "dashboard.writer.${name}_ratio"
done
printf 'dashboard.writer.wal_mb %d\n' $(($(cat "$T/wal") >> 20))
passes "$(cat "$T/wal")" '<' 536870912 || beyond dashboard.writer.wal_mb
exit $bad

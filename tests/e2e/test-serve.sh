#!/bin/bash
# `dmalab serve`: its answers, what it refuses, what a maintainer may do there, and that it holds up
# nobody. Nothing is built or booted; tests/serve/ has what reads the answers.
. "$(dirname "$0")/lib.sh"
export TZ=UTC LC_ALL=C.UTF-8
token=0123456789abcdef0123456789abcdef
echo $token >"$T/token" && chmod 600 "$T/token"
printf 'serve:\n  token_file: %s\n' "$T/token" >"$T/serve.part"
lab_yaml && cat "$T/serve.part" >>"$LAB"
store() { sqlite3 -bail "$T/work/dmalab.db" "$1"; }
fill() { dmalab list && sqlite3 -bail "$T/work/dmalab.db" <"$top/tests/queries/store.sql" && sqlite3 -bail "$T/work/dmalab.db" <"$top/tests/serve/more.sql"; }

pids=
stop() { for p in $pids; do kill "$p" 2>/dev/null; done; }
trap 'stop; finish' EXIT
# serve [OPTION]…: starts one; $U is where it is, $pid its process, $T/log what it says
serve() {
	: >"$T/log"
	"$DMALAB" serve --config "$LAB" --listen 127.0.0.1:0 "$@" >"$T/log" 2>"$T/trouble" &
	pid=$!
	pids="$pids $pid"
	for _ in $(seq 100); do
		read -r U <"$T/log" && break
		sleep 0.05
	done
	U=${U%/}
}
# ended: ends the last one; its exit, 137 where it did not hear
ended() {
	kill -TERM $pid
	timeout 5 tail --pid=$pid -s 0.02 -f /dev/null || kill -KILL $pid
	wait $pid
}
# get PATH [CURL OPTION]…: prints the status; head in $T/head, body in $T/body
get() { : >"$T/body"; curl -s -m 20 --path-as-is -D "$T/head" -o "$T/body" -w '%{http_code}' "${@:2}" "$U$1"; }
# is STATUS PATH [CURL OPTION]…
is() {
	local got
	got=$(get "${@:2}")
	[ "$got" = "$1" ] || { echo "$got"; cat "$T/head" "$T/body"; echo; return 1; }
}
has() { tr -d '\r' <"$T/head" | grep -qixF -- "$1" || { cat "$T/head"; return 1; }; }
says() { grep -qF -- "$1" "$T/body" || { cat "$T/body"; echo; return 1; }; }
sentence() { # an error: one sentence, and nothing of this machine
	says "<p>" && ! grep -qE "$T|sqlite|errno|/work" "$T/body" && [ "$(grep -o '<p>[^<]*</p>' "$T/body" | wc -l)" = 1 ]
}
up() { # it answers, by now or soon
	local until=$((SECONDS + 15))
	until curl -s -m 3 -o "$T/body" "$U/about"; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.1
	done
}

serve --log
no_store() { is 503 / && sentence && has 'Retry-After: 5' && grep -qF "$T/work" "$T/trouble"; }
ok "without a store it says so in a sentence, and why in the log" no_store
ok "... and makes none" [ ! -e "$T/work" ]
fill >/dev/null
ok "... and has it once it is there" is 200 /
ok "each page, and what they link to, answers as what it says it is" "$top/tests/serve/crawl.py" "$U"

ok "a page is HTML" is 200 /series
ok "... its twin JSON" json <(get /series.json >/dev/null; cat "$T/body") 'd["page"]'
heads() {
	is 200 /series && exec 9<>"/dev/tcp/127.0.0.1/${U##*:}" && printf 'HEAD /series HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n' >&9 &&
		cat <&9 >"$T/head" && exec 9>&- && has "Content-Length: $(wc -c <"$T/body")" && [ "$(tail -c 4 "$T/head" | od -An -tx1)" = ' 0d 0a 0d 0a' ]
}
ok "HEAD gives the length and no body" heads
conditional() {
	is 200 /series && local etag
	etag=$(tr -d '\r' <"$T/head" | sed -n 's/^ETag: //pI')
	[ -n "$etag" ] && is 304 /series -H "If-None-Match: $etag" && [ ! -s "$T/body" ] && is 200 /series -H 'If-None-Match: "other"'
}
ok "what one has already is not sent again" conditional
packed() {
	is 200 /series && cp "$T/body" "$T/plain" && is 200 /series -H 'Accept-Encoding: gzip' && has 'Content-Encoding: gzip' &&
		gzip -dc <"$T/body" | cmp - "$T/plain" && [ "$(wc -c <"$T/body")" -lt "$(wc -c <"$T/plain")" ]
}
ok "it is packed for who takes that" packed
headers() {
	local url
	for url in / /series.json /style.css /nothing /do/retest /metrics; do
		get $url >/dev/null
		has "Content-Security-Policy: default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" &&
			has 'X-Content-Type-Options: nosniff' && has 'Referrer-Policy: same-origin' || { echo $url; return 1; }
	done
}
ok "a browser is told that nothing comes from elsewhere" headers
ok "a badge may be shown elsewhere" eval "is 200 /badge/series/2@x.svg && has 'Cross-Origin-Resource-Policy: cross-origin'"

ok "what is not there is 404, in a sentence" eval 'is 404 /nothing && sentence'
ok "... in JSON where JSON was asked for" eval 'is 404 /series/none.json && json "$T/body" "d[\"error\"]"'
ok "a filter that is none is 400" eval 'is 400 "/issues?limit=x" && sentence'
ok "a method that is none is 405" is 405 / -X DELETE
ok "a page takes no POST" eval "is 405 / -d x=y && has 'Allow: GET, HEAD'"
ok "... and what is done no GET" eval "is 405 /do/retest && has 'Allow: POST'"
long() { case $(get "/$(head -c 20000 /dev/zero | tr '\0' a)") in 414 | 431) ;; *) return 1 ;; esac }
ok "a line without end is refused" long
ok "... and a body" eval 'head -c 100000 /dev/zero | tr "\0" a >"$T/big"; is 413 /do/retest -d @"$T/big"'
ok "... and a path that leaves" is 400 /series/../../etc/passwd

changed() {
	is 200 /known && ! grep -qF 'a link of today' "$T/body" && is 200 /known &&
		dmalab known add vb2.import --until "$(date -d +30days +%F)" --why 'a link of today' && is 200 /known && says 'a link of today'
}
ok "what others write is seen at once" changed
replaced() {
	sqlite3 "$T/work/dmalab.db" "VACUUM INTO '$T/work/other.db'" && sqlite3 "$T/work/other.db" "PRAGMA journal_mode = wal; UPDATE knowns SET why = 'of another store'" &&
		is 200 /known && mv "$T/work/other.db" "$T/work/dmalab.db" && rm -f "$T/work/dmalab.db-wal" "$T/work/dmalab.db-shm" && is 200 /known && says 'of another store'
}
ok "a store that is put in its place is taken" replaced
migrated() {
	local v code
	v=$(store 'PRAGMA user_version')
	cp "$T/work/dmalab.db" "$T/work/newer.db" && sqlite3 "$T/work/newer.db" "PRAGMA user_version = $((v + 1))" && mv "$T/work/newer.db" "$T/work/dmalab.db"
	is 503 /known && sentence && grep -qF schema "$T/trouble"
	code=$?
	store "PRAGMA user_version = $v"
	[ $code = 0 ] && is 200 /known
}
ok "... and of another schema not, until it is ours" migrated
locked() { # as it is while another dmalab migrates it
	ended
	serve --log
	(flock -x 8 && is 503 /known -m 3 && sentence) 8<"$T/work/dmalab.db.lock" && is 200 /known
}
ok "while it is migrated one is asked to come again" locked

act() { # act STATUS WHAT FIELDS [CURL OPTION]…: as one of its own pages would
	is "$1" "/do/$2" --data-raw "$3" -H "Origin: $U" "${@:4}"
}
to() { has "Location: $1"; }
tasks() { store "SELECT group_concat(priority) FROM tasks WHERE series = 2 AND state = 'waiting'"; }
retest() { [ -z "$(tasks)" ] && act 303 retest "series=2@x&token=$token" && to /series/2@x && [ "$(tasks)" = 50 ]; }
ok "who has the token has a series tested again" retest
ok "... by another way to show it" is 303 /do/retest -H "Authorization: Bearer $token" -d series=2
approve() { act 303 approve "series=5%40x&token=$token" && to /series/5@x && [ "$(store 'SELECT by FROM approvals')" = 'the web' ]; }
ok "... approves one" approve
day=$(date -d +30days +%F)
mask() {
	act 303 mask "what=vb2.other&until=$day&why=%3Cb%3Ea+reason&token=$token" && to /test/vb2.other && is 200 /test/vb2.other && says '&lt;b&gt;a reason' &&
		[ "$(store "SELECT by || '|' || why FROM knowns WHERE what = 'vb2.other'")" = 'the web|<b>a reason' ]
}
ok "... masks a test" mask
unmask() {
	local num
	num=$(grep -o 'name="known" value="[0-9]*"' "$T/body" | grep -o '[0-9]*')
	[ "$num" = "$(store "SELECT num FROM knowns WHERE what = 'vb2.other'")" ] && act 303 unmask "known=$num&what=vb2.other&token=$token" && to /test/vb2.other &&
		[ "$(store "SELECT count(*) FROM knowns WHERE what = 'vb2.other'")" = 0 ]
}
ok "... and takes that back by the form it then has" unmask
by_hash() { act 303 mask "what=aaaa111122223333&until=$day&why=x&token=$token" && to /issue/aaaa111122223333; }
ok "... masks a report" by_hash
before=$(store 'SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM knowns), (SELECT count(*) FROM approvals)')
ok "a date that is none is 422" act 422 mask "what=vb2.import&until=tomorrow&why=x&token=$token"
ok "... and a mask without a reason" act 422 mask "what=vb2.import&until=$day&why=&token=$token"
ok "... and a report that nobody saw is 404" act 404 mask "what=99999999&until=$day&why=x&token=$token"
ok "... and a series that is not there" act 404 retest "series=none@x&token=$token"
ok "... and a deed that is none" act 404 nothing "token=$token"
deed="what=vb2.other&until=$day&why=x"
ok "without the token nothing is done" act 401 mask "$deed"
another() { act 401 mask "$deed&token=wrong" && sentence; }
ok "... nor with another" another
ok "... nor from another site" is 403 /do/mask -d "$deed&token=$token" -H 'Origin: http://evil.example'
ok "... nor from one that does not say" is 403 /do/mask -d "$deed&token=$token"
ok "... nor from a page of no site" is 403 /do/mask -d "$deed&token=$token" -H 'Origin: null'
ok "... nor where the browser says another" is 403 /do/mask -d "$deed&token=$token" -H "Origin: $U" -H 'Sec-Fetch-Site: cross-site'
ok "... nor another host of ours" is 403 /do/mask -d "$deed&token=$token" -H "Origin: ${U}1"
ok "... nor by a file for a form" is 415 /do/mask -d "$deed&token=$token" -H "Origin: $U" -H 'Content-Type: text/plain'
ok "... nor by a form that is broken" act 400 mask "$deed&x=%zz&token=$token"
ok "... nor by a form with an end in its middle" act 400 mask "$deed%00&token=$token"
ok "... and nothing was" [ "$before" = "$(store 'SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM knowns), (SELECT count(*) FROM approvals)')" ]
guesses() {
	local i
	for i in 1 2 3 4; do act 401 retest "series=2@x&token=guess$i" || return 1; done
	act 429 retest 'series=2@x&token=guess6' && tr -d '\r' <"$T/head" | grep -qE '^Retry-After: ([1-5][0-9]|60|[1-9])$' && act 429 retest "series=2@x&token=$token"
}
ok "who guesses has to wait" guesses
ok "... while pages answer" is 200 /series

log() {
	get $'/x%1b%22\x01' >/dev/null
	get '/a%0ab?c="d' >/dev/null
	ended
	cat -A "$T/log" >"$T/shown"
	cat "$T/shown" | tail -n 5
	sed 1d "$T/log" | grep -qvE '^127\.0\.0\.1 - - \[[0-9]{2}/[A-Z][a-z]{2}/20[0-9]{2}:[0-9:]{8} \+0000\] "[A-Z]+ .* HTTP/1\.[01]" [1-5][0-9]{2} [0-9]+ [0-9]+$' && return 1
	grep -qF '"GET /series' "$T/log" && ! grep -q $'[\x01-\x09\x0b-\x1f\x7f]' "$T/log"
}
ok "each request is a line of the log, whatever is in it" log
serve
quiet() { is 200 / && sleep 0.3 && [ "$(wc -l <"$T/log")" = 1 ] && [ ! -s "$T/trouble" ]; }
ok "... where it was asked for" quiet

metrics() {
	get /nothing >/dev/null
	is 200 /metrics && has 'Content-Type: text/plain; version=0.0.4; charset=utf-8' && "$top/tests/serve/metrics.py" <"$T/body" >"$T/samples" &&
		grep -xF 'dmalab_tasks{state="running"} 1' "$T/samples" && grep -xF 'dmalab_http_requests_total{code="404"} 1' "$T/samples" &&
		grep -xF 'dmalab_device_up{lab="farm",device="board-2"} 0' "$T/samples" && grep -qE '^dmalab_build_info\{version="[0-9.]+"\} 1$' "$T/samples"
}
ok "Prometheus reads the metrics" metrics
odd() {
	store "INSERT INTO labs VALUES('x\"\\' || char(10) || 'y', 1, 1, '', 7)" && is 200 /metrics && "$top/tests/serve/metrics.py" <"$T/body" | grep -F 'dmalab_lab_queued{lab="x\"\\\ny"} 7'
}
ok "... whatever a lab is called" odd

# Readers ask all the time; whoever writes may not be refused once, not even for a moment.
writer() {
	local reader readers=
	for reader in 1 2 3; do
		while :; do curl -s "$U/" "$U/series?words=$RANDOM" "$U/metrics" "$U/tests?words=$RANDOM" "$U/series/2@x.json?x=$RANDOM" >"$T/none"; done &
		readers="$readers $!"
	done
	python3 - "$T/work/dmalab.db" <<-'EOP'
		import sqlite3, sys, time
		db = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)
		worst = 0
		for i in range(150):
		    began = time.monotonic()
		    db.execute("BEGIN IMMEDIATE")
		    db.execute("UPDATE labs SET queued = ? WHERE name = 'farm'", (i,))
		    db.execute("COMMIT")
		    worst = max(worst, time.monotonic() - began)
		    time.sleep(0.005)
		print(f"150 writes, the longest took {worst * 1000:.1f} ms")
	EOP
	local code=$?
	kill $readers
	wait $readers 2>/dev/null
	return $code
}
ok "who writes waits for no reader" writer
cat "$T/said" >&2
busy() { # somebody writes, and goes on writing
	mkfifo "$T/writer"
	sqlite3 "$T/work/dmalab.db" <"$T/writer" &
	exec 7>"$T/writer"
	printf '%s\n' "BEGIN IMMEDIATE; UPDATE jobs SET lab = lab; SELECT 'begun';" ".output $T/begun" 'SELECT 1;' '.output stdout' >&7
	until [ -s "$T/begun" ]; do sleep 0.05; done
	is 200 "/series?words=busy" -m 2
	local code=$?
	echo 'COMMIT;' >&7
	exec 7>&-
	wait $!
	return $code
}
ok "... and no reader for who writes" busy

ends() {
	exec 9<>"/dev/tcp/127.0.0.1/${U##*:}" && printf 'GET / HTTP/1.1\r\n' >&9
	local began=${EPOCHREALTIME/./} code
	ended
	code=$?
	exec 9>&-
	echo "$code, $(((${EPOCHREALTIME/./} - began) / 1000)) ms"
	[ $code = 0 ] && [ $((${EPOCHREALTIME/./} - began)) -lt 1000000 ]
}
ok "it ends at once when it is told to, also in the middle of a request" ends
wrong() { "$DMALAB" serve --config "$LAB" --listen "$1" >"$T/out" 2>&1; code=$?; cat "$T/out"; [ $code = 2 ] && [ "$(wc -l <"$T/out")" = 1 ]; }
ok "an address that is none is wrong use" wrong nowhere
taken() { serve && wrong "${U#http://}" && ended; }
ok "... and one that is taken" taken
by_systemd() {
	local port code
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	systemd-socket-activate -l "127.0.0.1:$port" "$DMALAB" serve --config "$LAB" >"$T/log" 2>&1 &
	pid=$!
	pids="$pids $pid"
	U=http://127.0.0.1:$port
	up && is 200 /series
	code=$?
	ended
	cat "$T/log"
	return $code
}
ok "it serves on a socket of systemd's" by_systemd

proxy() {
	lab_yaml && { cat "$T/serve.part" && echo '  behind_proxy: true'; } >>"$LAB"
	serve --log
	local i
	for i in 1 2 3 4 5; do act 401 retest "series=2@x&token=$i" -H "X-Forwarded-For: 9.9.9.9, 192.0.2.1" || return 1; done
	act 429 retest "series=2@x&token=$token" -H 'X-Forwarded-For: 192.0.2.1' && act 303 retest "series=2@x&token=$token" -H 'X-Forwarded-For: 192.0.2.1, 192.0.2.2' &&
		sleep 0.2 && grep -qE '^192\.0\.2\.2 .* 303 ' "$T/log" && ended
}
ok "behind a proxy it knows people by what that says" proxy
public() { # a page names lab.yaml's own address as its root
	lab_yaml && { cat "$T/serve.part" && printf 'report:\n  url: https://dmalab.example.org\n'; } >>"$LAB"
	serve
	is 200 /series.atom && says 'https://dmalab.example.org/series/' && is 303 /do/retest -d "series=2@x&token=$token" -H 'Origin: https://dmalab.example.org' && ended
}
ok "what it is called outside is lab.yaml's" public
nobody() {
	lab_yaml
	serve
	is 200 /series/2@x && ! grep -qF '<form method="post"' "$T/body" && act 403 retest "series=2@x&token=$token" && ended
}
ok "where lab.yaml names no token nobody does anything" nobody
open_token() {
	lab_yaml && cat "$T/serve.part" >>"$LAB" && chmod 644 "$T/token"
	serve && act 503 retest "series=2@x&token=$token" && sentence && grep -qF "$T/token" "$T/trouble" && ended
	local code=$?
	chmod 600 "$T/token"
	return $code
}
ok "... nor where others may read it" open_token

serve
rest=$pid resting=$U
has_store() { find "/proc/$rest/fd" -lname "$T/work/dmalab.db*" | grep -q .; }
is 200 / && has_store || echo "# it has no store open" # see the last case

# The agent's own child.
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
lab_yaml && { cat "$T/serve.part" && echo "  listen: 127.0.0.1:$port"; } >>"$LAB"
U=http://127.0.0.1:$port
child() { pgrep -P $agent -f -- '--child serve'; }
"$DMALAB" agent --config "$LAB" >"$T/agent.log" 2>&1 &
agent=$!
pids="$pids $agent"
served() { up && is 200 /series; }
ok "the agent serves the pages where lab.yaml says so" served
again() { local old; old=$(child) && kill -KILL "$old" && up && is 200 /series && [ "$(child)" != "$old" ]; }
ok "... again when they end" again
reread() { local old; old=$(child) && kill -HUP $agent && for _ in $(seq 100); do [ "$(child)" = "$old" ] || break; sleep 0.1; done && up && [ "$(child)" != "$old" ]; }
ok "... by a lab.yaml that it read again" reread
gone() { pid=$agent; ended; local code=$?; cat "$T/agent.log"; [ $code = 0 ] && ! curl -s -m 2 "$U/" -o "$T/none"; }
ok "... and ends them with itself" gone
rests() { # who migrates needs it to be nobody's
	for _ in $(seq 150); do
		has_store || break
		sleep 0.1
	done
	U=$resting
	! has_store && is 200 / && has_store
}
ok "one that nobody asks lets go of the store" rests
echo "1..$n"

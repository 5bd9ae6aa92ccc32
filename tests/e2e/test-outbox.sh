#!/bin/bash
# What leaves the house: mails through Debian's exim, read back by s-nail; checks on a Patchwork and
# documents for a KCIDB that refuse, delay and lose answers, while the sender is killed again and
# again. $KILLS makes it long.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
KILLS=${KILLS:-20}
SERIES=${SERIES:-4} # of three patches: each brings six checks and a document
chmod 711 "$T"      # exim's own user goes through it
lab_yaml "s|^  retries:.*|  retries: 0|"

serve_exim() {
	mkdir -p "$T/exim"
	"$top/tests/servers/exim.sh" "$T/exim" >"$T/exim.log" 2>&1 &
	servers+=($!)
	wait_for 30 test -s "$T/exim/port" || return 1
	SMTP=smtp://127.0.0.1:$(cat "$T/exim/port")
}
serve_kcidb() {
	python3 "$top/tests/servers/kcidb.py" --port-file "$T/kcidb.port" --log "$T/kcidb.log" --dir "$T/kcidb" \
		"$@" >"$T/kcidb.out" 2>&1 &
	servers+=($!)
	wait_for 30 test -s "$T/kcidb.port" || return 1
	KCIDB=http://127.0.0.1:$(cat "$T/kcidb.port")
}

# A series with more than ASCII in it, by an author whose mail is delivered here.
make_series() {
	python3 "$top/tests/servers/series.py" "$T/mails" 1 1 3
	sed -i 's|^Subject: \(.*\) made up|Subject: \1 =?utf-8?q?gr=C3=B6=C3=9Fere?= made up|' "$T/mails/00001.mbox"
	mkdir -p "$T/pw" && cp "$T/mails/00001.mbox" "$T/pw/1.mbox"
}
add_report() {
	printf '%040d\n' 0 >"$T/token" && chmod 600 "$T/token"
	cat >>"$LAB" <<-END
		sources:
		  media: { type: patchwork, url: $PATCHWORK, project: dma, token_file: $T/token, every: 1, since_days: 3650 }
		report:
		  url: https://dmalab.sample.invalid
		  from: The lab <lab@sample.invalid>
		  operator: [operator@sample.invalid]
		  to: [author, operator]
		  on: [fail]
		  smtp: $SMTP
		  checks: [media]
		  kcidb_url: $KCIDB/submit
		  kcidb_token_file: $T/token
		  kcidb_dir: $T/kcidb-files
	END
}

# checks NUMBER: of a patch, as the server has them: "state context", oldest first.
checks() {
	curl -sf --noproxy '*' "$PATCHWORK/api/patches/$1/checks/?per_page=250" | python3 -c 'import json, sys
for c in json.load(sys.stdin): print(c["state"], c["context"])'
}

make_series
serve_patchwork && serve_exim && serve_kcidb || exit 1
add_report
dmalab tree >/dev/null || exit 1

# A verdict is told.
told() { dmalab agent --once >"$T/agent.log" 2>&1 && [ "$(store "SELECT count(*) FROM verdicts")" = 1 ]; }
ok "a series is tested" told
check_of() { # where the verdict was faster than the mailman there is no pending one
	checks "$1" | tr '\n' ' ' | grep -xE '(pending dmalab )?fail dmalab '
}
each_check() { check_of 1 && check_of 2 && check_of 3; }
ok "each patch has its check: the verdict, and pending only before it" each_check
document() { # the same bytes in the folder and on the server, once
	[ "$(ls "$T/kcidb-files" | wc -l) $(wc -l <"$T/kcidb.log")" = "1 1" ] &&
		cmp "$T"/kcidb-files/*.json "$T"/kcidb/*.json
}
ok "the KCIDB document is in the folder and on the server" document
mail=$(store "SELECT num FROM outbox WHERE kind = 'mail'")
state() { store "SELECT state FROM outbox WHERE num = ${1:-$mail}"; }
held() { [ "$(state)" = held ] && dmalab agent --once >>"$T/agent.log" 2>&1 && [ "$(state)" = held ] && ! ls "$T/exim/mail/new"/* 2>/dev/null; }
ok "the mail waits for the operator's word, whatever the agent does" held

# Mail: put off, then taken, and read by a mail program.
busy() {
	touch "$T/exim/busy" && dmalab outbox approve "$mail" && dmalab outbox send --patience 3 | tee "$T/said.busy" &&
		[ "$(state)" = waiting ] && dmalab outbox | grep "451 busy for a while"
}
ok "a server that has no time is asked again later" busy
sent() { dmalab outbox send --patience 3 >/dev/null && [ "$(state)" = sent ]; }
freed() { rm "$T/exim/busy" && wait_for 20 sent; }
ok "... and takes it then" freed
delivered() { [ "$(ls "$T/exim/mail/new" 2>/dev/null | wc -l)" = 2 ]; }
ok "each receiver has it" wait_for 20 delivered
drained() { [ -z "$(find "$T/exim/spool/input" -type f)" ]; } # what the server took is delivered
again() { dmalab outbox send && dmalab agent --once >>"$T/agent.log" 2>&1 && wait_for 20 drained && delivered; }
ok "... once" again
receivers() { sort "$T/exim/mail/new"/* | grep '^Envelope-to:' | tr '\n' ' ' | grep -x 'Envelope-to: author1@sample.invalid Envelope-to: operator@sample.invalid '; }
ok "... and nobody else has" receivers
show() { printf 'Type 1\n' | LC_ALL=C.UTF-8 s-nail -n -R -S quiet -f "$T/exim/mail" >"$T/shown"; }
reads() { # LINE: as a mail program shows it
	show && { grep -Fx "$1" "$T/shown" || { cat "$T/shown" && false; }; }
}
first=series-1-1@sample.invalid
id=$(store "SELECT key FROM outbox WHERE num = $mail")
ok "a mail program reads whom it is from" reads "From: The lab <lab@sample.invalid>"
ok "... its subject, with what is no ASCII" reads "Subject: Re: [PATCH 1/3] dma: größere made up change 1.1"
ok "... what it answers" reads "In-Reply-To: <$first>"
ok "... its thread" reads "References: <$first>"
ok "... its name, which is the verdict's for ever" reads "Message-ID: <$id>"
verdict=$(store "SELECT id FROM verdicts")
body() { # what stands behind the header, against what was handed in
	dmalab outbox show "$mail" >"$T/whole" && python3 - "$T/whole" >"$T/meant" <<-'END'
		import email, email.policy, sys
		with open(sys.argv[1], "rb") as f:
		    print(email.message_from_binary_file(f, policy=email.policy.default).get_content().strip("\n"))
	END
	show && sed '1,/^$/d' "$T/shown" | sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' | diff "$T/meant" - && grep -q größere "$T/meant"
}
ok "... and its text as it was written" body
ok "... which names the verdict" grep -q "$verdict" "$T/meant"

# nobody@… is refused by the server; the other receiver has it all the same.
put_mail() { # KEY TO…
	python3 - "$T/work/dmalab.db" "$@" <<-'END'
		import sqlite3, sys
		path, key, *to = sys.argv[1:]
		db = sqlite3.connect(path, timeout=20)
		db.execute("INSERT INTO outbox(kind, state, key, subject, receiver, created, not_before, tried, ended, attempts,"
		           " why, body) VALUES('mail', 'waiting', ?, 'a mail', ?, 1, 0, 0, 0, 0, '', ?)",
		           (key, "\n".join(to), f"From: lab@sample.invalid\nSubject: a mail\nMessage-ID: <{key}>\n\n.\nFrom here\n"))
		num = db.execute("SELECT num FROM outbox WHERE key = ?", (key,)).fetchone()[0]
		db.executemany("INSERT INTO outbox_addresses(address, message) VALUES(?, ?)", [(a, num) for a in to])
		db.commit()
	END
}
state_of() { store "SELECT state FROM outbox WHERE key = '$1'"; }
refused() {
	put_mail none@sample.invalid nobody@sample.invalid && put_mail some@sample.invalid nobody@sample.invalid else@sample.invalid &&
		dmalab outbox send | tee "$T/said.refused" && [ "$(state_of none@sample.invalid) $(state_of some@sample.invalid)" = "failed sent" ] &&
		grep "550 nobody of that name" "$T/said.refused" &&
		store "SELECT why FROM outbox WHERE key = 'some@sample.invalid'" | grep "not to nobody@sample.invalid: 550"
}
ok "a receiver that is refused is named, and the others have the mail" refused
limit() { # 20 to one address in a day
	for i in $(seq 22); do put_mail "limit-$i@sample.invalid" many@sample.invalid; done
	dmalab outbox send >/dev/null && [ "$(store "SELECT count(*) FROM outbox WHERE key LIKE 'limit-%' AND state = 'sent'")" = 20 ] &&
		dmalab outbox | grep "many@sample.invalid had 20 mails in a day"
}
ok "an address has no more than so many mails a day" limit
dmalab outbox drop $(store "SELECT num FROM outbox WHERE state IN ('held', 'waiting', 'failed')")

# No verdict will come: whoever waits for one is told, once; an earlier verdict stands.
gone() { store "SELECT state FROM outbox WHERE kind = 'check' AND key LIKE '%:warning:gone:%'" | sort | uniq -c | tr -s ' ' | paste -sd,; }
dropped() {
	python3 "$top/tests/servers/series.py" "$T/mails" 1 90 2 && cp "$T/mails/00090.mbox" "$T/pw/" || return 1
	wait_for 20 dmalab fetch series-90-1@sample.invalid && dmalab queue &&
		dmalab drop series-90-1@sample.invalid && dmalab outbox send >/dev/null && [ "$(gone)" = " 2 sent" ] &&
		dmalab outbox --all | grep "warning dmalab: "
}
ok "checks of a series that is dropped say that it is not tested" dropped
stands() { dmalab retest "$first" && dmalab drop "$first" && dmalab outbox send >/dev/null && [ "$(gone)" = " 2 sent" ]; }
ok "... but where there is a verdict it stands" stands

# Servers that misbehave, and a sender that is killed.
end_all() {
	for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null; done
	wait "${servers[@]}" 2>/dev/null
	servers=()
}
end_all
python3 "$top/tests/servers/series.py" "$T/mails" "$SERIES" 2 3
cp "$T"/mails/*.mbox "$T/pw/"
rm -f "$T/pw.port" "$T/pw.log" "$T/kcidb.port" "$T/kcidb.log" "$T"/kcidb/* "$T"/kcidb-files/*
serve_patchwork --misbehave 502=0.05,lost=0.10,slow=0.10 --slow 0.3 && serve_kcidb --misbehave refuse=0.05,lost=0.10,slow=0.20 || exit 1
sed -i -e "s|url: http://[^,]*, project|url: $PATCHWORK, project|" -e "s|kcidb_url: .*|kcidb_url: $KCIDB/submit|" "$LAB"
LAST=$((SERIES + 1))

# Puts what is told of all series (number 2 and on) into the outbox, kills the sender of it at random
# until it was killed $KILLS times, and lets it end.
cat >"$T/kill.py" <<'END'
import json, random, signal, sqlite3, subprocess, sys, time
path, kills, first, last, *sender = sys.argv[1:]
kills, first, last = int(kills), int(first), int(last)
db = sqlite3.connect(path, timeout=20, isolation_level=None)
put = ("INSERT INTO outbox(kind, state, key, subject, receiver, created, not_before, tried, ended, attempts, why, body)"
       " VALUES(?, 'waiting', ?, ?, ?, 1, 0, 0, 0, 0, '', ?)")
told = []
for n in range(first, last + 1):
    for state in ("pending", "fail"):
        for p in (1, 2, 3):
            body = {"msgid": f"series-{n}-{p}@sample.invalid", "state": state, "context": "dmalab",
                    "description": f"{state} of {n}", "target_url": f"https://dmalab.sample.invalid/{state}/{n}"}
            told.append(("check", f"check:{n}:{p}:{state}", f"{state} {n}.{p}", "media", json.dumps(body)))
    told.append(("kcidb", f"kcidb:{n}", f"document {n}", "", json.dumps(
        {"version": {"major": 5, "minor": 3}, "checkouts": [{"id": f"dmalab:{n}", "origin": "dmalab"}]})))
dice, done, runs = random.Random(7), 0, 0
open_ = "SELECT count(*), coalesce(min(not_before), 0) FROM outbox WHERE state IN ('waiting', 'sending')"
until = time.monotonic() + 60 + 3 * kills
share = max(1, len(told) // max(1, kills))
while time.monotonic() < until:
    if told:  # bit by bit, so that there is something to be killed at
        with db:
            db.executemany(put, told[:share])
        told = told[share:]
    n, due = db.execute(open_).fetchone()
    if n == 0 and not told:
        break
    if due > time.time() and not told:
        time.sleep(0.1)
        continue
    with subprocess.Popen(sender, stdout=subprocess.DEVNULL) as p:
        runs += 1
        if done < kills:
            time.sleep(dice.uniform(0.003, 0.120))
            p.send_signal(signal.SIGKILL)
        done += p.wait() == -signal.SIGKILL
print(done, "kills in", runs, "runs")
sys.exit(n != 0 or bool(told))
END
kills() { python3 "$T/kill.py" "$T/work/dmalab.db" "$KILLS" 2 "$LAST" "$DMALAB" outbox send --config "$LAB" --patience 2 | tee "$T/kills"; }
ok "after $KILLS kills everything was sent" kills

# What the servers have, from their own mouth: "lost doubled over", of checks and of documents.
cat >"$T/count.py" <<'END'
import collections, json, sys, urllib.request
root, log, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
def get(path):
    for _ in range(50):
        try:
            return json.load(ask(root + path))
        except (OSError, ValueError, __import__("http.client").client.HTTPException):
            pass
    sys.exit("the server does not answer")
want = {(n, p) for n in range(first, last + 1) for p in (1, 2, 3)}
lost = doubled = over = have = 0
for n, p in sorted(want):
    patch = get(f"/api/patches/?project=dma&msgid=series-{n}-{p}%40sample.invalid")[0]["id"]
    states = [c["state"] for c in get(f"/api/patches/{patch}/checks/?per_page=250")]
    have += len(states)
    lost += "fail" not in states
    doubled += sum(k > 1 for k in collections.Counter(states).values())
    over += "fail" in states and "pending" in states[states.index("fail"):]
lines = [l.split() for l in open(log)]
taken = collections.Counter(l[3] for l in lines if l[0] == "200")
print(f"{len(want)} patches: {have} checks, {lost} lost, {doubled} doubled, {over} pending over a verdict")
print(f"{last - first + 1} documents: {len(taken)} there, {sum(taken.values())} posts taken,"
      f" {sum(l[0] == '503' for l in lines)} refused, {sum('lost' in l[1] for l in lines)} answers lost")
sys.exit(bool(lost or doubled or over or len(taken) != last - first + 1))
END
count() { python3 "$T/count.py" "$PATCHWORK" "$T/kcidb.log" 2 "$LAST" >"$T/figures"; r=$?; cat "$T/figures"; return $r; }
ok "every check is there once, and no pending one over a verdict; every document is there" count
sed 's/^/# /' "$T/kills" "$T/figures"
files() { [ "$(ls "$T/kcidb-files"/*.json | wc -l)" = "$SERIES" ]; }
ok "every document is one file" files
none_failed() { [ "$(store "SELECT count(*) FROM outbox WHERE state NOT IN ('sent', 'dropped')")" = 0 ]; }
ok "nothing is left in the outbox" none_failed
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
echo "1..$n"

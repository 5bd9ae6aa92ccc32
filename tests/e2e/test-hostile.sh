#!/bin/bash
# Mail that nobody should send, by every way that mail comes: nothing ends, nothing grows, each is
# stored with its reason, and what comes behind it is worked on.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
lab_yaml "s|^#* *cache_dir:.*|cache_dir: $T/cache|"
H=$T/hostile
MEMORY_MB=160 CPU_S=15
# The sanitizer keeps what is freed, and shadows the rest.
if nm "$DMALAB" 2>/dev/null | grep -q __asan_init; then MEMORY_MB=1200 CPU_S=60; fi

# bounded COMMAND…: within the bounds of memory and processor time, and by an exit of its own.
bounded() {
	python3 - "$MEMORY_MB" "$CPU_S" "$T/peak" "$@" <<-'END'
		import resource, subprocess, sys
		memory, seconds, peak, *command = sys.argv[1:]
		code = subprocess.run(command, timeout=300).returncode
		used = resource.getrusage(resource.RUSAGE_CHILDREN)
		mb, cpu = used.ru_maxrss // 1024, used.ru_utime + used.ru_stime
		with open(peak, "a") as f:
		    f.write(f"{mb} MB, {cpu:.1f} s: {command[-1]}\n")
		if mb > int(memory) or cpu > int(seconds):
		    sys.exit(f"it took {mb} MB and {cpu:.1f} s, and {memory} and {seconds} are the limit")
		sys.exit(0 if code == 0 else f"exit {code}")
	END
}
poll_of() { bounded "$DMALAB" agent --config "$LAB" --child "poll:$1"; }
is() { [ "$1" = "$2" ] || { echo "'$1' is not '$2'"; return 1; }; }

# kind_of NAME KIND REASON: what the store says of the mail of a file
stored() {
	local got
	got=$(store "SELECT kind || ': ' || reason FROM mails WHERE origin LIKE '%/$1'")
	[ "$got" = "$2: $3" ] || { echo "$1 is '$got', not '$2: $3'"; return 1; }
}
python3 "$top/tests/servers/hostile.py" "$H"
python3 "$top/tests/servers/series.py" "$H/good" 3 1 2

# dmalab mail
each_by_command() {
	python3 - "$MEMORY_MB" "$CPU_S" "$DMALAB" "$H"/one/* "$H"/ids/* "$H/series.mbox" <<-'END'
		import json, re, resource, subprocess, sys
		memory, seconds, dmalab, *files = sys.argv[1:]
		for f in files:
		    for form in ("--json",), ():
		        p = subprocess.run([dmalab, "mail", *form, f], capture_output=True, timeout=300)
		        mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
		        if p.returncode or p.stderr or mb > int(memory):
		            sys.exit(f"{f}: exit {p.returncode}, {mb} MB: {p.stderr.decode()}")
		        if form:
		            assert len(json.loads(p.stdout)) == 1, f
		        elif re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", p.stdout.decode()):
		            sys.exit(f"{f} reaches the terminal as it is")
	END
}
ok "dmalab mail reads each" each_by_command
long_by_command() {
	"$DMALAB" mail --json "$H/series.mbox" >"$T/out.json" && is "$(json "$T/out.json" '[(s["total"], s["received"], s["complete"]) for s in d[0]["series"]]')" '[[10000, 10000, true]]'
}
ok "... the series of 10,000 patches as one" long_by_command

# Folders: all in a maildir, and an mbox with 10,000 patches; a good series behind each.
mkdir -p "$T/box/new" "$T/box/cur" "$T/box/tmp"
cp "$H"/one/* "$H"/ids/* "$T/box/new"
cat "$H/series.mbox" "$H/good/00001.mbox" >"$T/long.mbox"
serve_inbox && serve_patchwork || exit 1
cat >>"$LAB" <<-END
	sources:
	  box: { type: folder, path: $T/box }
	  long: { type: folder, path: $T/long.mbox }
	  lore: { type: public-inbox, url: $INBOX, since_days: 3650 }
	  patchwork: { type: patchwork, url: $PATCHWORK, project: dma, since_days: 3650 }
END
ok "a maildir of them" poll_of box
ok "an mbox with 10,000 patches" poll_of long
ok "... which are a series that is not tested, and why" [ "$(store "SELECT received || ' ' || decision FROM series WHERE total = 10000")" = "10000 10000 patches: lab.yaml takes 200 (limits: series_patches)" ]
queued() { store "SELECT t.state FROM tasks t JOIN series s ON s.num = t.series WHERE s.message_id = '$1'" | grep -q waiting; }
ok "... and the series behind it waits for its test" queued series-1-1@sample.invalid

reasons() {
	local header="the header is larger than 512 KB" fields="the header has more than 5000 fields"
	local header_none="no mail: it has no header" charset="the text is not in the charset that it claims"
	for x in big big-line; do stored $x other "the mail is larger than 16 MB" || return 1; done
	for x in field folded references; do stored $x other "$header" || return 1; done
	for x in fields same-fields froms; do stored $x other "$fields" || return 1; done
	for x in binary colons; do stored $x other "$header_none" || return 1; done
	for x in charset not-utf8; do stored $x patch "$charset" || return 1; done
	stored nested other "more than 16 parts within parts" && stored parts other "more than 10000 parts" &&
		stored no-id patch "no Message-ID" && stored header-only other "" &&
		stored nul-body patch "the text has NUL bytes; they were left out" || return 1
	for x in few-references subject encoded-subject brackets number nul-header escapes encoded-escapes bidi \
		base64 quoted utf7 comments; do stored $x patch "" || return 1; done
}
ok "each is stored, with its reason or as what it is" reasons
both() { is "$(store "SELECT count(DISTINCT hash) || ' ' || count(DISTINCT series) FROM mails WHERE msgid = 'hostile-twice@sample.invalid'")" "2 2"; }
ok "two mails with one Message-ID are both kept" both
small() { [ "$(store "SELECT max(length(refs) + length(subject) + length(msgid)) FROM mails")" -lt 32768 ] && [ "$(store "SELECT max(n) FROM (SELECT count(*) AS n FROM mail_refs GROUP BY mail)")" -le 128 ]; }
ok "what is kept of a header is bounded" small

# Message-IDs that are odd: in the shell, in URLs, in JSON.
each_id() { # COMMAND…: for each, with $odd and $id
	while IFS=$'\t' read -r odd id; do
		"$@" || { echo "$odd"; return 1; }
	done <"$H/ids.txt"
}
why_id() {
	dmalab why --json "<$id>" >"$T/why.json" && is "$(json "$T/why.json" 'd["message_id"]')" "$id" &&
		is "$(json "$T/why.json" 'd["relevant"]')" true && dmalab why "<$id>" >"$T/why"
}
fetch_known() { dmalab fetch --json "<$id>" >"$T/f.json" && is "$(json "$T/f.json" 'd["message_id"]')" "$id"; }
mbox_known() { dmalab fetch --mbox "<$id>" >"$T/f.mbox" && "$DMALAB" mail --json "$T/f.mbox" >"$T/f.json" && is "$(json "$T/f.json" 'd[0]["mails"][0]["msgid"]')" "$id"; }
ok "why knows odd Message-IDs" each_id why_id
ok "fetch knows them" each_id fetch_known
ok "... and gives the mail back" each_id mbox_known
in_queue() {
	dmalab queue --json >"$T/queue.json" || return 1
	in_it() { json "$T/queue.json" "[t['message_id'] for t in d].count($(python3 -c 'import sys; print(repr(sys.argv[1]))' "$id"))" | grep -qx 1; }
	each_id in_it
}
ok "queue shows them" in_queue
harmless() {
	python3 -c 'import re, sys
text = open(sys.argv[1], encoding="utf-8").read()
sys.exit("it reaches the terminal as it is" if re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text) else 0)' "$1"
}
queue_clean() { LC_ALL=C.UTF-8 dmalab queue --all >"$T/out" && harmless "$T/out" && grep -q red "$T/out"; }
why_clean() { for x in escapes encoded-escapes bidi; do dmalab why "hostile-$x@sample.invalid" >"$T/out" && harmless "$T/out" || return 1; done; }
ok "queue shows no terminal escapes" queue_clean
ok "nor does why" why_clean
drop_id() { dmalab drop "<$id>" && dmalab retest "<$id>"; }
ok "drop and retest take them" each_id drop_id

# A real public-inbox.
before=$(store "SELECT count(*) FROM mails")
inbox_add "$H"/one/* "$H"/ids/*
inbox_add "$H/good/00002.mbox"
mv "$T/work" "$T/work.folder"
ok "a public-inbox of them" poll_of lore
has_all() {
	for f in "$H"/ids.txt; do cut -f2 "$f"; done | while read -r id; do
		[ "$(store "SELECT count(*) FROM mails WHERE msgid = '$(printf %s "$id" | sed "s/'/''/g")'")" = 1 ] || { echo "$id"; exit 1; }
	done
}
ok "... each of its odd Message-IDs is there" has_all
ok "... and the series behind them waits for its test" queued series-2-1@sample.invalid
# The URL as the server would print it, asked of a store that has nothing.
by_url() {
	case $odd in long | bare) return 0 ;; esac # longer than the server's own limit; no id for a URL
	url=$INBOX/$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe="@"))' "$id")/
	rm -rf "$T/work"
	dmalab fetch --json "$url" >"$T/f.json" 2>"$T/err" && is "$(json "$T/f.json" 'd["message_id"]')" "$id" || { cat "$T/err"; return 1; }
}
mv "$T/work" "$T/work.lore"
ok "fetch takes their URLs" each_id by_url

# Patchwork: what its parser takes of them.
rm -rf "$T/work"
for x in base64 quoted escapes encoded-escapes bidi brackets number not-utf8 nul-body few-references twice-1; do cp "$H/one/$x" "$T/pw/"; done
cp "$H"/ids/* "$T/pw/"
sleep 1
cp "$H/good/00003.mbox" "$T/pw/z.mbox"
behind() { poll_of patchwork && queued series-3-1@sample.invalid; }
ok "a Patchwork of them, and the series behind" wait_for 20 behind
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
sort -rn "$T/peak" | head -n 3 | sed 's/^/# at most /'
echo "1..$n"

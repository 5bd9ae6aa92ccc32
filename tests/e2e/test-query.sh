#!/bin/bash
# `dmalab query` and `dmalab sql` at the terminal, and docs/queries.md against them. Nothing is built
# or booted.
. "$(dirname "$0")/lib.sh"
export TZ=UTC LC_ALL=C.UTF-8
lab_yaml
doc=$top/docs/queries.md store=$top/tests/queries/store.sql
# refused WORDS COMMAND…: exit 2, and one line that has the words
refused() {
	local words=$1 code
	shift
	"$@" >"$T/out" 2>"$T/err"
	code=$?
	cat "$T/out" "$T/err"
	[ $code = 2 ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" = 1 ] && grep -qF -- "$words" "$T/err"
}
query() { dmalab query "$@"; }

ok "there is no answer without a store" refused 'no store' query queue
ok "... and none is made" [ ! -e "$T/work" ]
dmalab list && sqlite3 -bail "$T/work/dmalab.db" <"$store"

query | sed '/^$/,$d' >"$T/list"
same_names() {
	sed 's/ .*//' "$T/list" >"$T/a"
	sed -n 's/^`dmalab query \([a-z]*\).*/\1/p' "$doc" >"$T/b"
	diff "$T/a" "$T/b" && [ "$(wc -l <"$T/a")" -ge 20 ]
}
ok "docs/queries.md has each question, in the list's order" same_names
same_words() { diff <(sed 's/^[a-z]* *//' "$T/list") <(sed -n 's/^### //p' "$doc"); }
ok "... in the list's words" same_words
files() { diff <(cd "$top/db/queries" && printf '%s\n' ask_*.sql) <(grep -o '(../db/queries/ask_[a-z]*.sql)' "$doc" | sed 's|.*/||; s|)||' | sort); }
ok "... with its file in db/queries/" files
usages() { # what --help says, as the document has it
	local name line
	while read -r name; do
		line=$(query "$name" --help | sed -n '1s/^Usage: dmalab //; 1s/ \[OPTION\]…//; 1p')
		grep -qE "^\`dmalab $line( \[--.*)?\` – " "$doc" || { echo "$line"; return 1; }
		query "$name" --help | sed -n 's/^  --\([a-z]*\) .*/--\1/p' | grep -vxe --limit -e --after -e --csv >"$T/options"
		while read -r option; do
			grep -qE "^\`dmalab query $name .*$option " "$doc" || { echo "$name $option"; return 1; }
		done <"$T/options"
	done <"$T/a"
}
ok "... and its options" usages

# samples: each command of the document prints what it shows there
samples() {
	local work=$T/doc
	sed "s|^work_dir:.*|work_dir: $work|" "$LAB" >"$T/doc.yaml"
	LAB=$T/doc.yaml dmalab list
	sed -f "$top/tests/queries/doc.sed" "$store" | sqlite3 -bail "$work/dmalab.db"
	awk -v dir="$T" '/^    \$ dmalab/ { n++; print substr($0, 14) >(dir "/command." n); next }
		/^    / && n { print substr($0, 5) >(dir "/shown." n) }' "$doc"
	[ -e "$T/command.28" ] || return 1
	local c i
	for c in "$T"/command.*; do
		i=${c##*.}
		read -r line <"$c"
		# the samples are of one day; what is left of a known issue shrinks
		! grep -q "^\`dmalab $(cut -d' ' -f1-2 <"$c").*--days" "$doc" || line="$line --days 36500"
		eval "set -- $line"
		LAB=$T/doc.yaml dmalab "$@" 2>&1 | sed -E 's/ +$//; s/ 2[0-9]{4} / N /' >"$T/said.$i"
		sed -E 's/ 2[0-9]{4} / N /' "$T/shown.$i" | diff - "$T/said.$i" || { echo "$line"; return 1; }
	done
}
ok "... and what its samples show" samples

ok "a question that is none is refused" refused "no question 'nothing'" query nothing
ok "... and one without what it wants" refused 'wants a test' query since
ok "... with a word too many" refused "unexpected 'more'" query queue more
ok "... or an option that it has not" refused 'unknown option' query queue --days 3
both() { [ "$(query queue --csv --json)" != "" ] && query queue --csv --json | grep -qF 'not both'; }
ok "... or two forms at once" both
ok "... or a test that nobody ran" refused "no test 'vb2.none'" query rate vb2.none
hostile() { query verdicts | cat -v >"$T/out"; query warnings --days 36500 >>"$T/out"; cat "$T/out"; grep -qF '=HYPERLINK' "$T/out" && ! grep -q $'\e' "$T/out"; }
ok "a table has nothing that a terminal obeys" hostile
as_csv() {
	query verdicts --csv >"$T/out.csv" && python3 -c 'import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
assert rows[0]["series"] == "\x27=HYPERLINK(\"http://x\")" and rows[0]["when"] == "2023-11-13T22:21:40+00:00", rows
assert [r["key"] for r in rows] == ["3", "2", "1"], rows' "$T/out.csv"
}
ok "CSV is read back, and runs nothing" as_csv
as_json() { query verdicts --json >"$T/out.json" && [ "$(json "$T/out.json" '[(v["series"][0], v["when"], v["seconds"]) for v in d][0]')" = '["=", "2023-11-13T22:21:40+00:00", 1]' ]; }
ok "JSON has types, and others' words as they are" as_json
pages() {
	local after=9223372036854775807 seen=
	while [ -n "$after" ]; do
		seen="$seen $(query history vb2.import --days 36500 --limit 3 --after="$after" --json 2>"$T/err" | python3 -c 'import json, sys
print(*(r["job"] for r in json.load(sys.stdin)))')"
		after=$(sed -n 's/.*--after //p' "$T/err")
	done
	[ "$seen" = " j8 j6 j5 j4 j3 j2 j1" ] || { echo "$seen"; return 1; }
}
ok "the next page begins behind the last row" pages
by_url() { query reasons https://lore.kernel.org/all/2@x/ --json >"$T/out.json" && [ "$(json "$T/out.json" '[r["log"] for r in d]')" = '["j6", "b3", "j6"]' ]; }
ok "a series is found by its URL" by_url
busy() { # somebody writes, and goes on writing
	mkfifo "$T/writer"
	sqlite3 "$T/work/dmalab.db" <"$T/writer" &
	exec 7>"$T/writer"
	echo "BEGIN IMMEDIATE; UPDATE jobs SET lab = lab; SELECT 'begun';
.output $T/begun
SELECT 1;
.output stdout" >&7
	until [ -s "$T/begun" ]; do sleep 0.1; done
	timeout 10 "$DMALAB" query queue --config "$LAB" >"$T/out"
	code=$?
	echo 'COMMIT;' >&7
	exec 7>&-
	wait
	[ $code = 0 ] && [ "$(wc -l <"$T/out")" = 4 ]
}
ok "a question waits for no writer" busy

sql() { dmalab sql "$@"; }
ok "SQL is answered" [ "$(sql 'SELECT count(*) AS n FROM jobs' --csv | tr -d '\r')" = $'n\n8' ]
ok "... from standard input" [ "$(echo 'SELECT count(*) AS n FROM jobs;' | sql - --json | tr -d ' \n')" = '[{"n":8}]' ]
ok "... and only read" refused 'only read' sql 'DELETE FROM jobs'
ok "... and one at a time" refused 'one statement' sql 'SELECT 1; DELETE FROM jobs'
ok "... and copies nothing" refused 'only read' sql "VACUUM INTO '$T/copy'"
ok "... and not for ever" refused 'too long' sql 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n' --seconds 1
ok "... nor without end" [ "$(sql 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n' --limit 3 --csv 2>/dev/null | wc -l)" = 4 ]
interrupted() {
	"$DMALAB" sql 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n' --config "$LAB" &
	local pid=$!
	sleep 0.5
	kill -TERM $pid && wait $pid
	[ $? = 143 ]
}
ok "... and ends when it is told to" interrupted
doubled() { sql 'SELECT 1 AS a, 2 AS a' --json | grep -qF 'another name'; }
ok "two columns of one name are no JSON" doubled
echo "1..$n"

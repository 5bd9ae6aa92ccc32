#!/bin/sh
# The SQL against the schema that the migrations make: every query compiles, is
# embedded, and neither reads a whole table nor sorts in memory unless its file
# says why ("-- scans: …", "-- sorts: …"); every foreign key has an index.
set -eu
cd "$(dirname "$0")/.."
db=$(mktemp -d)
trap 'rm -rf "$db"' EXIT
bad=0
complain() {
	echo "$1" >&2
	bad=1
}

# tables of a row a mail, a build, a boot or more
growing='artifacts|builds|changes|checkouts|conflicts|diagnostics|incidents|issues|jobs|logs|mail_[a-z]*|mails|outbox'
growing="$growing|outcome_[a-z]*|outcomes|reasons|series|series_full|source_keys|submissions|tasks|test_paths|test_results"
growing="$growing|issue_weeks|issues_weeks|test_weeks|tests|verdict_texts|verdicts|bisection_commits|bisection_runs"

n=0
for m in db/migrations/*.sql; do
	n=$((n + 1))
	case $m in
	db/migrations/"$(printf %04d $n)"-*) ;;
	*) complain "$m: migrations are numbered without a gap; $(printf %04d $n) is next" ;;
	esac
	name=$(basename "$m" .sql)
	grep -q "MIGRATION(${name%%-*}, \"${name#*-}\")" agent/store/sql.c ||
		complain "$m: not embedded in agent/store/sql.c"
	sqlite3 -bail "$db/store" <"$m" >/dev/null || complain "$m: does not run"
done

for q in db/queries/*.sql; do
	name=$(basename "$q" .sql)
	grep -q "X($name)" agent/store/sql.h || complain "$q: not in agent/store/sql.h"
	grep -rqw "sql_$name" --include='*.c' agent/store || complain "$q: used by nobody"
	if ! { echo EXPLAIN && cat "$q"; } | sqlite3 -bail "$db/store" >/dev/null 2>"$db/err"; then
		complain "$q: $(cat "$db/err")"
		continue
	fi
	grep -q '^PRAGMA' "$q" && continue
	plan=$({ echo EXPLAIN QUERY PLAN && cat "$q"; } | sqlite3 -bail "$db/store")
	case $plan in
	*"SCAN CONSTANT ROW"* | *"SCAN 1 CONSTANT"*) ;;
	*SCAN*) grep -q '^-- scans: ' "$q" || complain "$q: reads a whole table: $plan" ;;
	esac
	# what is asked over millions of rows may go through what it gathered, never through an index or
	# a table that grows
	case $name in
	ask_* | page_*)
		! echo "$plan" | grep 'SCAN [a-z]* USING' | grep -qv 'INDEX outbox_held$' || complain "$q: reads a whole index: $plan"
		for scanned in $(echo "$plan" | sed -n 's/.*SCAN \([a-z_]*\)$/\1/p'); do
			! grep -v '^--' "$q" | grep -qE "(FROM|JOIN) ($growing) $scanned\b" && ! echo "$scanned" | grep -qxE "$growing" ||
				complain "$q: reads the whole of '$scanned'"
		done
		;;
	esac
	case $plan in
	*"TEMP B-TREE"*) grep -q '^-- sorts: ' "$q" || complain "$q: sorts: $plan" ;;
	esac
done
sed -n 's/^\tX(\([a-z_]*\)).*/\1/p' agent/store/sql.h >"$db/names"
while read -r name; do
	[ -f "db/queries/$name.sql" ] || complain "agent/store/sql.h: no db/queries/$name.sql"
done <"$db/names"

# The shell's own .lint does not know the keys of tables WITHOUT ROWID.
missing=$(sqlite3 "$db/store" 'SELECT t.name, f."from" FROM sqlite_schema t
	JOIN pragma_foreign_key_list(t.name) f WHERE t.type = '"'table'"' AND NOT EXISTS
	(SELECT 1 FROM pragma_index_list(t.name) l JOIN pragma_index_info(l.name) i
	 WHERE i.seqno = f.seq AND i.name = f."from") AND NOT EXISTS
	(SELECT 1 FROM pragma_table_info(t.name) WHERE pk = 1 AND name = f."from")')
[ -z "$missing" ] || complain "foreign keys without an index: $missing"
exit $bad

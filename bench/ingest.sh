#!/bin/bash
# Mails a second from a git epoch of a public-inbox to series and decisions in the store, next to
# plain `git cat-file --batch` over the same mails in the same run, and the memory it takes.
# Prints lines NAME VALUE [UNIT], last the share of plain reading; exit 1 below 3000 mails a second of
# processor time.     ingest.sh [MAILS]
set -euo pipefail
cd "$(dirname "$0")/.."
mails=${1:-100000}
dmalab=${DMALAB:-build/dmalab}
[ -n "${DMALAB:-}" ] || make -s -j"$(nproc)" build/dmalab
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
server=
trap '[ -z "$server" ] || kill $server; [ -n "${KEEP:-}" ] || rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

bench/mails.py "$mails" "$T/box" "$T/import"
mkdir "$T/cache"
# A real public-inbox; its epoch is put there as a whole, since delivering goes at 100 mails a second.
tests/servers/public-inbox.sh make "$T/pi" >/dev/null 2>&1
repo=$T/pi/inbox/git/0.git
rm -rf "$repo"
git init -q --bare --initial-branch=master "$repo"
git -C "$repo" fast-import --quiet --export-marks="$T/marks" <"$T/import"
rm "$T/import"
sort -t: -k2n "$T/marks" | awk 'NR % 2 { print $2 }' >"$T/ids"
tests/servers/public-inbox.sh serve "$T/pi" >/dev/null 2>&1 &
server=$!
until [ -s "$T/pi/url" ]; do sleep 0.1; done
url=$(cat "$T/pi/url")
sed -e "s|^#* *work_dir:.*|work_dir: $T/work|" -e "s|^#* *cache_dir:.*|cache_dir: $T/cache|" \
	-e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" -e "s|^patches:.*|patches: $PWD/patches|" \
	-e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
printf 'sources:\n  bench: { type: public-inbox, url: %s, since_days: 3650 }\n' "$url" >>"$T/lab.yaml"

# run NAME COMMAND…: wall and processor time of it and of what it starts, and the largest of them.
run() {
	python3 - "$mails" "$@" <<'EOF'
import os, resource, subprocess, sys, time
mails, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
t = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - t
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{name} {mails / wall:.0f} mails/s ({mails / (u.ru_utime + u.ru_stime):.0f} a second of processor time), "
      f"at most {u.ru_maxrss / 1024:.0f} MB")
EOF
}
# What counts is what comes later: the first tenth is there, the rest is what is measured.
tip=$(git -C "$repo" rev-parse master)
git -C "$repo" update-ref refs/heads/master "$tip~$((mails - mails / 10))"
"$dmalab" agent --config "$T/lab.yaml" --child poll:bench
git -C "$repo" update-ref refs/heads/master "$tip"
touch "$repo/HEAD"
mirror=$T/cache/inboxes/bench/0.git
sed -i "1,$((mails / 10))d" "$T/ids"
mails=$((mails - mails / 10))

run git-fetch git -C "$mirror" fetch -q --no-tags "$url/0" +HEAD:refs/heads/master
run git-cat-file sh -c "git -C '$mirror' cat-file --batch --buffer <'$T/ids'" | tee "$T/plain" # as packed there
run dmalab "$dmalab" agent --config "$T/lab.yaml" --child poll:bench | tee "$T/ours"
sqlite3 -readonly "$T/work/dmalab.db" "SELECT 'stored ' || (SELECT count(*) FROM mails) || ' mails, ' ||
	(SELECT count(*) FROM series) || ' series, ' || (SELECT count(*) FROM tasks) || ' to be tested'"
du -m "$T/work/dmalab.db" | awk '{ print "store " $1 " MB" }'
cat "$T/plain" "$T/ours" | sed 's/.*(\([0-9]*\) a second.*/\1/' | tr '\n' ' ' |
	awk '{ printf "share %.2f of plain reading (0.30 is wanted)\n", $2 / $1; exit $2 < 3000 }'

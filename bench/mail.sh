#!/bin/bash
# Mails a second: `dmalab mail` (parsing, series, JSON) next to plain `git cat-file --batch` over the
# same mails in the same run, and the memory that each amount of mails takes. The mails are made
# here: series with covers, answers and versions, 9 KB each like those of a kernel list.
# Prints lines NAME VALUE [UNIT].     mail.sh [MAILS]
set -eu
cd "$(dirname "$0")/.."
mails=${1:-20000}
make -s -j"$(nproc)" build/dmalab
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

bench/mails.py "$mails" "$T/box" "$T/import"
git init -q --bare "$T/repo"
git -C "$T/repo" fast-import --quiet --export-marks="$T/marks" <"$T/import"
sort -t: -k2n "$T/marks" | awk 'NR % 2 { print $2 }' >"$T/ids" # each mail's mark is followed by its commit's
rm "$T/import"

# best NAME COMMAND…: mails a second of the fastest of three runs; prints wall and processor time.
best() {
	name=$1
	shift
	python3 - "$name" "$mails" "$@" <<'EOF'
import os, subprocess, sys, time
name, mails, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
wall, cpu = [], []
for _ in range(3):
    before, t = os.times(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall.append(time.monotonic() - t)
    after = os.times()
    cpu.append(after.children_user + after.children_system - before.children_user - before.children_system)
print(f'{name} {mails / min(wall):.0f} mails/s ({mails / min(cpu):.0f} a second of processor time)')
EOF
}
du -k "$T/box" | awk -v n="$mails" '{ printf "size %.1f KB a mail\n", $1 / n }'
best git-cat-file sh -c "git -C '$T/repo' cat-file --batch --buffer <'$T/ids'"
best dmalab-mail build/dmalab mail --json "$T/box"
for part in 4 2 1; do
	head -c $(($(stat -c %s "$T/box") / part)) "$T/box" >"$T/piece"
	python3 - $((mails / part)) build/dmalab mail --json "$T/piece" <<'EOF'
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
print(f'memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB with {sys.argv[1]} mails')
EOF
done

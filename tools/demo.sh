#!/bin/bash
# The whole way on this machine: what is needed from Debian, dmalab, the kernel, a base that oopses
# when coherent memory without struct page is shared, and the series that mends it.
set -eu
cd "$(dirname "$0")/.."
began=$SECONDS
series=patches/map-per-importer

say() { printf '\n== %s\n' "$*"; }

say "What is needed from Debian (packaging/debian-packages.txt)"
tools/install-packages.sh
say "dmalab"
make -s -j"$(nproc)"
build/dmalab --version
say "The series of $series/ on a kernel without it, on two machines"
mbox=$(mktemp "${TMPDIR:-/tmp}/dmalab-demo.XXXXXX")
trap 'rm -f "$mbox"' EXIT
cat "$series"/[0-9]*.patch >"$mbox"
code=0
build/dmalab test --fix none --mbox "$mbox" || code=$?

say "The oops of the kernel without the series, from its console"
jobs=$(build/dmalab list jobs --limit 200 --json)
for target in virt smdkc210; do
	job=$(python3 -c '
import json, sys
for j in json.loads(sys.argv[1]):
    if j["what"].split()[0] == sys.argv[2] and j["state"] == "crashed":
        print(j["id"])' "$jobs" "$target" | tail -n 1)
	[ -n "$job" ] || continue
	echo "$target (dmalab show ${job:0:12} --log):"
	build/dmalab show "$job" --log | grep -a -E -m 4 'Unable to handle|Internal error|PC is at|vb2_dc_map_dmabuf' | sed 's/^/    /'
done
printf '\n%s s in all\n' $((SECONDS - began))
exit $code

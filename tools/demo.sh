#!/bin/bash
# The whole way on this machine: what is needed from Debian, dmalab, the kernel; a base that oopses
# when coherent memory without struct page is shared beside one with the design of the fix that
# lab.yaml names; then the verdict on a series.
set -eu
cd "$(dirname "$0")/.."
began=$SECONDS
fix=$(sed -n 's/^fix: *//p' lab.yaml)

say() { printf '\n== %s\n' "$*"; }

say "What is needed from Debian (packaging/debian-packages.txt)"
tools/install-packages.sh
say "dmalab"
make -s -j"$(nproc)"
build/dmalab --version
say "The kernel without a fix and with patches/$fix/, on two machines"
build/dmalab matrix --plan patch --design none --design "$fix" | sed -n '/^case  /p; /^dma-nopage-vb2/p; /^ *[0-9][0-9]*  /p; /^cases on/,$p'

say "The oops of the kernel without it, from its console"
jobs=$(build/dmalab list jobs --limit 500 --json)
for target in virt smdkc210; do
	for job in $(python3 -c '
import json, sys
for j in json.loads(sys.argv[1]):
    if j["what"].split()[0] == sys.argv[2] and j["state"] == "crashed":
        print(j["id"])' "$jobs" "$target"); do
		console=$(build/dmalab show "$job" --log | grep -a -E 'Unable to handle|Internal error|PC is at|dma_buf_map_attachment|vb2_dc_map_dmabuf')
		grep -q vb2_dc_map_dmabuf <<<"$console" || continue
		echo "$target (dmalab show ${job:0:12} --log):"
		sed 's/^/    /' <<<"$console"
		break
	done
done

say "A series of one patch on the kernel with the fix"
code=0
build/dmalab test --mbox tests/series/good.mbox || code=$?
printf '\n%s s in all\n' $((SECONDS - began))
exit $code

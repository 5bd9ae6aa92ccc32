#!/bin/bash
# Makes the kept kernel of this machine: source imported, base built; nothing where both are there.
set -eu
cd "$(dirname "$0")/.."
dmalab=${DMALAB:-build/dmalab}
tree=$(dirname "$("$dmalab" tree --path --config lab.yaml)")
[ -e "$tree/arm/state" ] && exit 0
work=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-warm.XXXXXX")
trap 'rm -rf "$work"' EXIT
sed -e "s|^#\{0,1\} *work_dir:.*|work_dir: $work|" -e "s|^#\{0,1\} *kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" \
	-e "s|^#\{0,1\} *patches:.*|patches: $PWD/patches|" -e "s|^#\{0,1\} *jobs: \([^0-9].*\)|jobs: $PWD/jobs|" \
	lab.yaml >"$work/lab.yaml"
"$dmalab" test --config "$work/lab.yaml" --mbox tests/series/good.mbox

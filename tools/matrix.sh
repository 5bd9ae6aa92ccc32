#!/bin/bash
# tools/matrix.sh           builds and boots every design on every target anew, and writes the
#                           table into patches/README.md
# tools/matrix.sh --check   says whether the table there is the measured one; what was measured
#                           before by the same key is taken from a store beside the kept trees
# tools/matrix.sh --soak    the same, with nothing taken from there
set -eu
cd "$(dirname "$0")/.."
dmalab=${DMALAB:-build/dmalab}
readme=patches/README.md
begin='<!-- dmalab matrix --markdown -->' end='<!-- end of the table -->'
work=$(dirname "$(dirname "$(dirname "$("$dmalab" tree --path)")")")/matrix
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-matrix.XXXXXX")
trap 'rm -rf "$T"' EXIT
sed -e "s|^#\{0,1\} *work_dir:.*|work_dir: $work|" -e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" \
	-e "s|^patches:.*|patches: $PWD/patches|" -e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
anew=--anew
[ "${1:-}" != --check ] || anew=
"$dmalab" matrix --config "$T/lab.yaml" --markdown $anew >"$T/table"
awk -v b="$begin" -v e="$end" '$0 == b { p = 1; next } $0 == e { p = 0 } p' "$readme" >"$T/printed"
if [ $# -gt 0 ]; then
	diff -u "$T/printed" "$T/table"
else
	awk -v b="$begin" -v e="$end" -v t="$T/table" '
		$0 == e { p = 0 } !p
		$0 == b { p = 1; while ((getline line <t) > 0) print line }' "$readme" >"$T/readme"
	cp "$T/readme" "$readme"
	git --no-pager diff --stat -- "$readme"
fi

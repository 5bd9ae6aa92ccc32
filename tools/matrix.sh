#!/bin/bash
# tools/matrix.sh                 builds and boots every design on every target anew, and writes the
#                                 tables into patches/README.md, one a plan of lab.yaml
# tools/matrix.sh --check PLAN…   says whether the tables there are the measured ones; what was measured
#                                 before by the same key is taken from a store beside the kept trees
# tools/matrix.sh --fill PLAN…    writes the tables, likewise
set -eu
cd "$(dirname "$0")/.."
dmalab=${DMALAB:-build/dmalab}
readme=patches/README.md
work=$(dirname "$(dirname "$(dirname "$("$dmalab" tree --path)")")")/matrix
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-matrix.XXXXXX")
trap 'rm -rf "$T"' EXIT
sed -e "s|^#\{0,1\} *work_dir:.*|work_dir: $work|" -e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" \
	-e "s|^patches:.*|patches: $PWD/patches|" -e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
what=${1:---fill} anew=
if [ $# = 0 ]; then
	anew=--anew
	set -- --fill patch variants
fi
shift

# printed PLAN: the table of the README, between its two marks.
printed() {
	awk -v b="<!-- dmalab matrix --markdown --plan $1 -->" -v e='<!-- end of the table -->' \
		'$0 == b { p = 1; next } $0 == e { p = 0 } p' "$readme"
}
write() {
	awk -v b="<!-- dmalab matrix --markdown --plan $1 -->" -v e='<!-- end of the table -->' -v t="$T/$1" '
		$0 == e { p = 0 } !p
		$0 == b { p = 1; while ((getline line <t) > 0) print line }' "$readme" >"$T/readme"
	cp "$T/readme" "$readme"
}
code=0
for plan; do
	"$dmalab" matrix --config "$T/lab.yaml" --markdown --plan "$plan" $anew >"$T/$plan"
	case $what in
	--check) diff -u <(printed "$plan") "$T/$plan" && echo "ok - table of plan $plan" || code=1 ;;
	--fill) write "$plan" ;;
	esac
done
exit $code

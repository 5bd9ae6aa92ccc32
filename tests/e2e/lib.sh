# Sourced by the end-to-end tests: TAP on stdout, one line a case, notes on stderr.
# $DMALAB is the program under test, $T a fresh folder, $LAB a lab.yaml with a store of its own
# and the machine's kept trees.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
DMALAB=${DMALAB:-$top/build/dmalab}
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-e2e.XXXXXX")
LAB=$T/lab.yaml
n=0

finish() {
	chmod -R u+rwX "$T" 2>/dev/null
	rm -rf "$T"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

# lab_yaml [SED-SCRIPT]: the project's lab.yaml with this test's store; $DMALAB_CACHE is another
# folder for the kept trees.
lab_yaml() {
	sed -e "s|^#\{0,1\} *work_dir:.*|work_dir: $T/work|" \
		-e "s|^#\{0,1\} *kernel_tests:.*|kernel_tests: $top/kernel-tests|" \
		-e "s|^#\{0,1\} *patches:.*|patches: $top/patches|" \
		-e "s|^#\{0,1\} *jobs: \([^0-9].*\)|jobs: $top/jobs|" "$top/lab.yaml" |
		sed -e "${DMALAB_CACHE:+s|^#* *cache_dir:.*|cache_dir: $DMALAB_CACHE|}" -e "${1:-}" >"$LAB"
}

dmalab() { "$DMALAB" "$1" --config "$LAB" "${@:2}"; }

# ok NAME COMMAND…: one case; what it printed is shown when it fails.
ok() {
	name=$1
	shift
	n=$((n + 1))
	if "$@" >"$T/said" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		sed 's/^/# /' "$T/said" | tail -n 40
	fi
}

skip() {
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# json FILE EXPRESSION: prints what a Python expression over the document `d` gives.
json() {
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
v = eval(sys.argv[2])
print(v if isinstance(v, str) else json.dumps(v))' "$1" "$2"
}

#!/bin/bash
# tools/hunks.sh [--only FROM-TO] [FIX] [TARGET…]: takes each change of a fix away, one at a time, as
# a series that dmalab tests on top of the fix: some test has to notice. A target is asked after the
# other until one does. A line a change, with its number and seconds; --only takes the changes with
# these numbers. A change without which each kernel is the same to the byte changes no behaviour here,
# and is counted apart. Ends with the counts; exit 1 where a change went that no test missed.
set -eu
cd "$(dirname "$0")/.."
dmalab=${DMALAB:-build/dmalab}
from=1 to=
if [ "${1:-}" = --only ]; then
	from=${2%-*} to=${2#*-}
	shift 2
fi
fix=${1:-$(sed -n 's/^fix: *//p' lab.yaml)}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(virt virt-iommu virt-debug)
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-hunks.XXXXXX")
trap 'rm -rf "$T"' EXIT
repo=$("$dmalab" tree --path)
trees=$(dirname "$repo")

# What is written here goes into a folder of its own, not into the kept repository.
mkdir "$T/objects"
export GIT_DIR=$repo GIT_INDEX_FILE=$T/index GIT_OBJECT_DIRECTORY=$T/objects \
	GIT_ALTERNATE_OBJECT_DIRECTORIES=$repo/objects
git read-tree HEAD
for patch in "patches/$fix"/[0-9]*.patch; do git apply --cached "$patch"; done
with=$(git write-tree)
git diff -U0 "HEAD^{tree}" "$with" -- '*.c' '*.h' | awk -v dir="$T" '
	/^diff --git / { head = ""; in_head = 1 }
	/^@@ / { in_head = 0; out = sprintf("%s/hunk-%03d", dir, ++n); printf "%s", head >out }
	in_head { head = head $0 "\n"; next }
	{ print >out }'

# behaves HUNK: it is more than comments, blank lines, includes and exports.
behaves() {
	grep -E '^[+-]' "$1" | grep -v -E '^(\+\+\+|---) ' | sed 's/^.//' |
		grep -q -v -E '^[[:space:]]*($|/\*|\*|//|#include|EXPORT_SYMBOL)'
}

# built FILE: some kernel here has it; headers always.
built() {
	case $1 in *.h) return 0 ;; esac
	ls "$trees"/*/obj/"${1%.c}.o" >/dev/null 2>&1
}

# series HUNK NUMBER FILE: the change that takes it away, as a mail.
series() {
	git read-tree "$with"
	# The other changes stay: without their shift, git would take a like one nearer by.
	awk '/^@@ / {
		split(substr($2, 2), old, ","); split(substr($3, 2), new, ",")
		n = old[2] == "" ? 1 : old[2]; m = new[2] == "" ? 1 : new[2]
		$2 = "-" new[1] - (n == 0) + (m == 0) "," n
	} { print }' "$1" >"$T/alone"
	git apply --cached -R --unidiff-zero "$T/alone"
	printf 'From %040d Mon Sep 17 00:00:00 2001\nFrom: dmalab developers <dmalab@localhost.invalid>\n' 0
	printf 'Date: Thu, 1 Jan 2026 00:00:00 +0000\nSubject: [PATCH] without change %d: %s\n\n---\n' "$2" "$3"
	git diff "$with" "$(git write-tree)"
	printf -- '-- \n2.39\n'
}

lab() { env -u GIT_DIR -u GIT_INDEX_FILE -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES "$dmalab" "$@"; }

# kernels: of the last test, the one with the change and the one without it, by their content.
kernels() {
	local build
	for build in $(python3 -c '
import json, sys
for b in json.load(open(sys.argv[1]))["kcidb"]["builds"]: print(b["id"].split(":")[-1])' "$T/said"); do
		lab show --json "$build" | python3 -c 'import json, sys; print(json.load(sys.stdin)["artifacts"]["zImage"])'
	done
}

# noticed MBOX: prints by what, "build" where it does not build, "same" where it makes no difference to any
# kernel; nothing where no target minds.
noticed() {
	local target code same=same
	for target in "${targets[@]}"; do
		code=0
		lab test --json --fix "$fix" --target "$target" --mbox "$1" >"$T/said" 2>"$T/err" || code=$?
		case $code in
		0) [ "$(kernels | sort | uniq -c | awk '{ print $1 }')" = 2 ] || same= ;;
		1)
			python3 -c '
import json, sys
for r in json.load(open(sys.argv[1]))["reasons"]:
    if r["kind"] != "build-warning":
        print("build" if r["kind"] == "build-error" else "%s: %s %s" % (sys.argv[2], r["kind"], r["subject"]))
        break' "$T/said" "$target"
			return
			;;
		*)
			cat "$T/err" >&2
			exit 3
			;;
		esac
	done
	echo "$same"
}

hunks=()
for hunk in "$T"/hunk-*; do
	! behaves "$hunk" || hunks+=("$hunk")
done
all=${#hunks[@]}
[ -n "$to" ] && [ "$to" -le "$all" ] || to=$all
tried=0 caught=0 unbuilt=0 elsewhere=0 same=0 survived=0
for ((i = from; i <= to; i++)); do
	hunk=${hunks[i - 1]}
	file=$(sed -n 's|^+++ b/||p' "$hunk")
	at=$(grep -m 1 '^@@' "$hunk")
	start=$SECONDS
	tried=$((tried + 1))
	if ! built "$file"; then
		elsewhere=$((elsewhere + 1))
		echo "$i/$all not built here: $file $at"
		continue
	fi
	series "$hunk" "$i" "$file" >"$T/mbox"
	by=$(noticed "$T/mbox")
	case $by in
	build) unbuilt=$((unbuilt + 1)) word="does not build" ;;
	same) same=$((same + 1)) word="changes no kernel here" ;;
	'') survived=$((survived + 1)) word=survived ;;
	*) caught=$((caught + 1)) word=caught ;;
	esac
	case $by in build | same) by= ;; esac
	echo "$i/$all $word: $file $at${by:+ by $by} ($((SECONDS - start)) s)"
done
[ $tried = "$all" ] || echo "only changes $from to $to of $all"
echo "$fix: $tried changes taken away: $caught caught by a test, $unbuilt do not build, $elsewhere in files not built here, $same change no kernel here, $survived survived"
[ "$tried" -gt 0 ] && [ "$survived" = 0 ]

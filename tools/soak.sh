#!/bin/bash
# The long tests: a thousand kills of a process that stores, fuzzers for minutes, every kernel anew,
# a bisection in real history, and the whole project on a fresh Debian 12. Ends with "N passed, N failed".
set -u
cd "$(dirname "$0")/.."
minutes=${FUZZ_MINUTES:-5}
passed=0 failed=0 skipped=0

# long NAME COMMAND…: one test by its exit, and by the cases that it says.
long() {
	local name=$1 start=$SECONDS
	shift
	if "$@" >"build/soak/$name.log" 2>&1 && ! grep -q '^not ok ' "build/soak/$name.log"; then
		passed=$((passed + 1))
		echo "ok   $name ($((SECONDS - start)) s)"
	else
		failed=$((failed + 1))
		echo "FAIL $name ($((SECONDS - start)) s): build/soak/$name.log"
		tail -n 20 "build/soak/$name.log"
	fi
	skipped=$((skipped + $(grep -c '^ok .*# SKIP' "build/soak/$name.log")))
	sed -n 's/^# \(bisect\.\)/     \1/p' "build/soak/$name.log"
}

# fuzz NAME: clang's libFuzzer over the target, from its corpus; what it finds new stays in build/.
fuzz() {
	mkdir -p "build/fuzz/corpus/$1" && make -s CC=clang B=build/fuzz "build/fuzz/libfuzzer/$1" &&
		"build/fuzz/libfuzzer/$1" -max_total_time=$((minutes * 60)) -rss_limit_mb=2048 -max_len=65536 \
			-artifact_prefix=build/soak/ "build/fuzz/corpus/$1" "fuzz/corpus/$1"
}

# Every design on every target anew: the tables in the README must come out as they are.
soak_matrix() {
	cp patches/README.md build/soak/patches.md
	make -s matrix && cmp patches/README.md build/soak/patches.md
}

mkdir -p build/soak
tools/install-packages.sh || exit 1
make -s -j"$(nproc)" SANITIZE=address,undefined tests || exit 1
make -s -j"$(nproc)" tests || exit 1
for t in build/tests/unit/test_*; do
	case $t in *.o | *.d) ;; *) long "${t##*/}" "$t" ;; esac
done
long kills env DMALAB_KILLS=1000 build/san/tests/unit/test_store_kill
for f in fuzz/fuzz_*.c; do
	f=${f##*/fuzz_}
	long "fuzz-${f%.c}" fuzz "${f%.c}"
done
long matrix soak_matrix
long hunks tools/hunks.sh
long steps tools/steps.sh
long agent-kills env KILLS=1000 SERIES=100 tests/e2e/test-kill.sh
long outbox-kills env KILLS=200 SERIES=40 tests/e2e/test-outbox.sh
long bench-ingest bench/ingest.sh
long linux-6.12 tests/e2e/test-newer.sh
long bisect-real tests/e2e/test-bisect-real.sh
long bisect-kills env KILLS="$(seq -s ' ' 20)" tests/e2e/test-bisect.sh
long boards env DMALAB_CACHE="$PWD/build/soak/cache" tests/e2e/test-boards.sh
rm -rf build/soak/cache
long clean-debian tools/clean-debian.sh
long clean-debian-check tools/clean-debian.sh check
if [ $skipped = 0 ]; then
	echo "$passed passed, $failed failed"
else # cases of those that passed
	echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]

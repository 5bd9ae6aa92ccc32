#!/bin/bash
# tools/check.sh [PART…]: all tests, or those parts of them, with a budget of seconds each on two
# cores; ends with "N passed, N failed". Parts from "mail" on need "program".
set -u
wanted=" $* " known=" "
cd "$(dirname "$0")/.."
passed=0 failed=0 skipped=0
log=build/check
began=$SECONDS

# part NAME BUDGET COMMAND…: runs it; a command without TAP or cmocka lines is one test by its exit.
part() {
	local name=$1 budget=$2 start=$SECONDS code took p f s
	known="$known$name "
	[ "$wanted" = "  " ] || [[ $wanted == *" $name "* ]] || return 0
	shift 2
	"$@" >"$log/$name.log" 2>&1
	code=$?
	read -r p f s < <(awk '
		/^ok .*# SKIP/ { s++; next } /^ok / { p++ } /^not ok / { f++ }
		/^\[  PASSED  \] [0-9]+ test/ { p += $4 } /^\[  FAILED  \] [0-9]+ test/ { f += $4 }
		/^\[  SKIPPED \] [0-9]+ test/ { s += $4 }
		/^\[  FAILED  \] [^0-9]/ { named++ }
		END { print p + 0, f + 0, s + 0 }' "$log/$name.log")
	if [ $((p + f + s)) = 0 ]; then
		if [ $code = 0 ]; then p=1; else f=1; fi
	elif [ $code != 0 ] && [ "$f" = 0 ]; then
		f=1
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	took=$((SECONDS - start))
	printf '%-16s %3d passed, %d failed, %d skipped %5d s (budget %d s)%s\n' "$name" "$p" "$f" "$s" \
		$took "$budget" "$([ $took -le "$budget" ] || echo ': over budget')$(sed -n 's/^# took:/,/p' "$log/$name.log")"
	[ "$f" = 0 ] || grep -n -A30 -e '^not ok' -e 'error:' -e '\[   LINE   \]' -e '\[  FAILED  \]' -e 'ERROR: AddressSanitizer' \
		-e 'runtime error' "$log/$name.log" | head -n 120 || tail -n 40 "$log/$name.log"
	return 0
}

unit_tests() { # under the sanitizers; make soak runs them without, too
	local code=0 t
	make -s -j"$(nproc)" SANITIZE=address,undefined tests || return 1
	for t in build/san/tests/unit/test_*; do
		case $t in *.o | *.d) continue ;; esac
		"$t" || code=1
	done
	return $code
}
fuzz_replay() {
	local code=0 f corpus
	for f in build/san/fuzz/fuzz_*; do
		case $f in *.o | *.d) continue ;; esac
		corpus=${f##*/fuzz_}
		if "$f" "fuzz/corpus/$corpus"; then echo "ok - fuzz corpus $corpus"; else
			echo "not ok - fuzz corpus $corpus"
			code=1
		fi
	done
	return $code
}
program() { make -s -j"$(nproc)" SANITIZE=address,undefined build/san/dmalab; }
end_to_end() { DMALAB=$PWD/build/san/dmalab "tests/e2e/test-$1.sh"; }
service() { DMALAB=$PWD/build/dmalab tests/e2e/test-service.sh; }
matrix() { DMALAB=$PWD/build/dmalab tools/matrix.sh --check patch; }
trees() { DMALAB=$PWD/build/dmalab tools/warm.sh; }
layout() { clang-format --dry-run -Werror agent/*/*.[ch] agent/*/*/*.[ch] tests/unit/*.[ch] fuzz/*.[ch]; }

mkdir -p "$log"
part packages 240 tools/install-packages.sh
part build-gcc 60 make -s -j"$(nproc)"
part build-clang 60 make -s -j"$(nproc)" CC=clang B=build/clang build/clang/dmalab
part headers 60 make -s -j"$(nproc)" hdr-check
part floors 5 tools/check-floors.sh
part layout 10 layout
part queries 10 tools/sql-check.sh
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=print_stacktrace=1
part program 120 program
part unit 240 unit_tests
part fuzz-corpus 30 fuzz_replay
part kernel 600 trees
part mail 60 end_to_end mail
part console 120 end_to_end console
part input 60 end_to_end input
part commands 180 end_to_end commands
part known 30 end_to_end known
part query 60 end_to_end query
part serve 60 end_to_end serve
part web 240 end_to_end web
part serve-hostile 180 end_to_end serve-hostile
part check-mail 60 end_to_end check
part install 60 end_to_end install
part hostile 180 end_to_end hostile
part proxy 60 end_to_end proxy
part service 180 service
part verdicts 300 end_to_end verdicts
part trust 480 end_to_end trust
part scale 120 end_to_end scale
part lab-server 120 end_to_end lab-server
part lab-doc 180 end_to_end lab-doc
part board-jobs 120 end_to_end board-jobs
part lab-health 120 end_to_end lab-health
part lab-verdicts 420 end_to_end lab-verdicts
part lab-faults 360 end_to_end lab-faults
part kill 120 end_to_end kill
part bisect 240 end_to_end bisect
part watch 240 end_to_end watch
part outbox 120 end_to_end outbox
part agent 240 end_to_end agent
part matrix-command 240 end_to_end matrix
part matrix 600 matrix
part boards 900 end_to_end boards
for name; do
	[[ $known == *" $name "* ]] || { failed=$((failed + 1)) && echo "$name: no such part"; }
done
echo "took $((SECONDS - began)) s; logs are in $log/"
if [ $skipped = 0 ]; then
	echo "$passed passed, $failed failed"
else
	echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]

#!/bin/bash
# What reads consoles: dmalab oops and dmalab ktap as others call them, and the floor under their figures.
. "$(dirname "$0")/lib.sh"
F=$top/tests/fixtures/console
PLAIN=$top/build/dmalab # sizes and memory: not under a sanitizer

console() { sed '1,/^$/d' "$F/$1"; } # a fixture's console
for name in arm-null-verbose arm-warning-twice clean-boot-virt; do console "oops/$name" >"$T/$name"; done
{
	console ktap/cut-between-suites
	printf '    # Subtest: bar\n    1..2\n'
	console oops/arm-null-verbose | grep -v '^Booting\|^Linux version'
} >"$T/kunit-crash"
echo "[    0.000000] Linux version 6.1.192" >"$T/no-tests"

holds() { [ "$(json "$1" "$2")" = true ] || { cat "$1"; return 1; }; }
oops_json() { "$DMALAB" oops --json "$@" >"$T/out.json" 2>"$T/err"; }

report() {
	oops_json "$T/arm-null-verbose" "$T/arm-warning-twice" "$T/clean-boot-virt" &&
		holds "$T/out.json" '[len(f["reports"]) for f in d] == [1, 2, 0] and d[0]["file"].endswith("arm-null-verbose")' &&
		holds "$T/out.json" 'all(set(r) >= {"title", "type", "function", "alt", "frames", "hash", "first_line", "last_line", "corrupted"} for f in d for r in f["reports"])' &&
		holds "$T/out.json" 'd[0]["reports"][0]["title"].endswith(" in foo_map") and d[0]["reports"][0]["corrupted"] is False'
}
ok "oops prints an object a file, in their order" report
from_stdin() { "$DMALAB" oops --json - <"$T/arm-null-verbose" >"$T/out.json" && holds "$T/out.json" 'd[0]["reports"][0]["first_line"] > 1'; }
ok "oops reads standard input" from_stdin
through_pipe() { cat "$T/arm-null-verbose" | "$DMALAB" oops - | grep -q 'paging\|NULL pointer'; }
ok "... through a pipe, as text" through_pipe
# lines that were passed over cannot be read again to be counted
long_pipe() {
	{ yes '[    1.000000] foo: all is well with all of it' | head -n 100000; cat "$T/arm-null-verbose"; } | "$DMALAB" oops --json - >"$T/out.json" &&
		oops_lines=$(json "$T/out.json" '[r["first_line"] - 100000 for r in d[0]["reports"]][-1]') && oops_json "$T/arm-null-verbose" &&
		[ "$oops_lines" = "$(json "$T/out.json" 'd[0]["reports"][-1]["first_line"]')" ]
}
ok "... through a pipe, with the lines before a report counted" long_pipe
where() {
	"$DMALAB" oops "$T/arm-null-verbose" >"$T/out" && cat "$T/out" && grep -q '^    CPU 0, PID [0-9]*, task kunit_try_catch, tainted G  *N$' "$T/out" &&
		oops_json "$T/arm-null-verbose" && holds "$T/out.json" 'd[0]["reports"][-1]["cpu"] == 0 and d[0]["reports"][-1]["pid"] > 0 and d[0]["reports"][-1]["task"] == "kunit_try_catch"'
}
ok "oops says CPU, PID, task and taint" where
refused() { "$DMALAB" "$@" >"$T/out.json" 2>"$T/err"; [ $? = 2 ] && [ ! -s "$T/err" ] && holds "$T/out.json" 'list(d) == ["error"]'; }
ok "oops of a file that is not there" refused oops --json "$T/arm-null-verbose" "$T/none"
ok "oops of a folder" refused oops --json "$T"
ok "oops of nothing" refused oops --json
ok "ktap of a file that is not there" refused ktap --json "$T/none"
tests_json() {
	"$DMALAB" ktap --json "$T/kunit-crash" "$T/no-tests" >"$T/out.json" &&
		holds "$T/out.json" 'd[0]["complete"] is False and any(t["status"] == "ERROR" and "(" in t["comment"] for t in d[0]["tests"])' &&
		holds "$T/out.json" 'all(set(t) >= {"path", "status", "line", "comment"} for f in d for t in f["tests"])' &&
		holds "$T/out.json" 'd[1]["tests"] == []'
}
ok "ktap names what a crash cut off, with the crash's signature" tests_json

# a kernel of one file: its function crashes in line 3 of lib/string.c, called from drivers/foo.c
decoded() {
	mkdir -p "$T/linux/lib" "$T/linux/drivers" && cd "$T/linux" &&
		printf 'int helper(int *p)\n{\n\treturn *p + 1;\n}\n' >lib/string.c &&
		printf 'int helper(int *p);\nint foo_map(int *p)\n{\n\treturn helper(p) +\n\t       2;\n}\nint main(void)\n{\n\treturn foo_map(0);\n}\n' >drivers/foo.c &&
		gcc -g -O0 -fno-pie -no-pie -o vmlinux "$T/linux/lib/string.c" "$T/linux/drivers/foo.c" || return 1
	call=$(objdump -d --disassemble=foo_map vmlinux | awk '/call.*helper/ { getline; sub(":", "", $1); print $1 }')
	start=$(nm vmlinux | awk '$3 == "foo_map" { print $1 }')
	size=$(nm -S vmlinux | awk '$4 == "foo_map" { print $2 }')
	printf 'Unable to handle kernel paging request at virtual address 0\nInternal error: Oops: 5 [#1] SMP ARM\nPC is at helper+0x%x/0x%x\n foo_map from bar+0x1/0x2\n foo_map+0x%x/0x%x\n---[ end trace 00 ]---\n' \
		4 $((0x$(nm -S vmlinux | awk '$4 == "helper" { print $2 }'))) $((0x$call - 0x$start)) $((0x$size)) >"$T/decode.log"
	"$DMALAB" oops --json "$T/decode.log" >"$T/plain.json" && "$DMALAB" oops --json --symbols "$T/linux" "$T/decode.log" >"$T/out.json" &&
		holds "$T/plain.json" 'd[0]["reports"][0]["function"] == "helper"' &&
		holds "$T/out.json" 'd[0]["reports"][0]["function"] == "foo_map" and d[0]["reports"][0]["title"].endswith(" in foo_map")' &&
		holds "$T/out.json" '[p for p in d[0]["reports"][0]["places"] if p][0].startswith("lib/string.c:")' &&
		holds "$T/out.json" '"drivers/foo.c:4" in d[0]["reports"][0]["places"]' &&
		[ "$(json "$T/out.json" 'd[0]["reports"][0]["hash"]')" = "$(json "$T/plain.json" 'd[0]["reports"][0]["hash"]')" ]
}
ok "oops --symbols decodes, and blames none of a library's files" decoded
ok "oops --symbols of what is no vmlinux" refused oops --json --symbols "$T/decode.log" "$T/decode.log"

# peak KB of a command, by /proc
peak() {
	"$@" >"$T/peak.out" &
	pid=$! most=0
	while kill -0 $pid 2>/dev/null; do
		now=$(awk '/^Name:.*dmalab/ { d = 1 } /^VmHWM:/ && d { print $2 }' /proc/$pid/status 2>/dev/null)
		[ "${now:-0}" -gt $most ] && most=$now
	done
	wait $pid && echo $most
}
large() { # COMMAND TEXT: 200 MB of it is read in 16 MB, from a file and from a pipe
	python3 -c 'import sys; t = sys.argv[1].encode().decode("unicode_escape").encode() * 1000
with open(sys.argv[2], "wb") as f:
    while f.tell() < 200000000: f.write(t)' "$2" "$T/large"
	kb=$(peak "$PLAIN" "$1" --json "$T/large") && echo "$kb KB" && [ "$kb" -le 16384 ] &&
		kb=$(peak "$PLAIN" "$1" --json - < <(cat "$T/large")) && echo "$kb KB by a pipe" && [ "$kb" -le 16384 ]
}
if [ -x "$PLAIN" ]; then
	ok "200 MB of clean console are read in 16 MB" large oops '[    1.000000] foo: all is well with all of it\n'
	ok "200 MB on one line" large oops 'no end of it '
	ok "200 MB of reports" large oops 'BUG: KASAN: slab-out-of-bounds in foo+0x1/0x2\n foo from bar+0x1/0x2\n---[ end trace 0 ]---\n'
	ok "200 MB of results" large ktap 'KTAP version 1\n1..1\n    # Subtest: foo\n    1..1\n    # one: noise\n    not ok 1 one\nnot ok 1 foo\n'
	ok "200 MB of crashes within tests" large ktap 'Linux version 6.1\nKTAP version 1\n1..1\n    # Subtest: foo\n    1..2\n    ok 1 one\nBUG: KASAN: slab-out-of-bounds in foo+0x1/0x2\n foo from bar+0x1/0x2\n---[ end trace 0 ]---\n'
	rm -f "$T/large"
else
	skip "200 MB are read in 16 MB" "no build/dmalab"
fi

# The figures over logs that are not ours, where they lie beside the checkout.
# cros is 7 of 8: the eighth expects a report of a file whose only text is "broken", and we make none of that.
corpus=$top/../shared/corpus/oops
score=$top/../shared/tools/score-oops
floor() { awk -v name="$1" -v least="$2" '$1 == name { n = $2 == "F1" ? $3 * 100 : $2; print; found = n >= least } END { exit !found }' "$T/score"; }
if [ -d "$corpus" ] && [ -x "$score" ]; then
	ok "the corpus is scored" bash -c "'$score' '$DMALAB' '$corpus' >'$T/score'"
	while read -r name least; do
		ok "$name at least $least" floor "$name" "$least"
	done <<-END
		syzkaller.found 99.5
		syzkaller.clean 100
		syzkaller.function 95
		syzkaller.function.arm 90
		syzkaller.found.arm 100
		syzkaller.title 94
		syzkaller.type 98
		syzkaller.pairs 96
		cros.function 87.5
		satyr.frames 100
		abrt.same_hash 100
		abrt.clean 100
		lava.found_or_clean 100
		lava.warnings 100
		firmware.clean 100
	END
else
	skip "figures over the corpus" "no ../shared/corpus/oops"
fi

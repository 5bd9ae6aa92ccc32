#!/bin/bash
# What a verdict is worth: failures that come and go, that the base has too, that one board has,
# that a patch in the middle brings; a board that is away; a version that repairs the one before.
# Real kernels, lava-run and QEMU; what each report says is compared with tests/reports/.
. "$(dirname "$0")/lib.sh"
S=$top/tests/series

# verdict NAME EXIT [MBOX]: ends with this exit code; the document goes to $T/NAME.json.
verdict() {
	dmalab test --json --mbox "${3:-$S/$1.mbox}" "${@:4}" >"$T/$1.json" 2>"$T/$1.err"
	code=$?
	[ $code = "$2" ] || { cat "$T/$1.err"; echo "exit $code, not $2"; why "$1"; return 1; }
}
why() { json "$T/$1.json" '{k: d[k] for k in ("verdict", "reasons", "changes", "notes", "error") if k in d}'; }

# says NAME EXPRESSION: a Python expression over the document holds.
says() { [ "$(json "$T/$1.json" "$2")" = true ] || { why "$1"; return 1; }; }

# report NAME [FILE [DROP]]: what was told is tests/reports/real/FILE.txt, but for ids, times and counts of
# chance; lines that begin as DROP says are left out. $DMALAB_WRITE_REPORTS: those files are written anew.
report() {
	local want=$top/tests/reports/real/${2:-$1}.txt
	dmalab show "$(json "$T/$1.json" 'd["id"]')" --json >"$T/show.json" &&
		json "$T/show.json" 'd["text"]' | grep -v "^${3:-:}" | settle >"$T/$1.txt" || return 1
	[ -z "${DMALAB_WRITE_REPORTS:-}" ] || cp "$T/$1.txt" "$want"
	diff -u "$want" "$T/$1.txt"
}
settle() {
	sed -E -e 's/[0-9a-f]{12,64}/HASH/g' -e 's/\bvirt-[0-9]+\b|\bsmdkc210-[0-9]+\b|\bjob [0-9]+\b/JOB/g' \
		-e 's/[0-9]+\.[0-9] s\b/N s/g' -e 's/line [0-9]+/line N/g' -e 's/\[ *[0-9]+\.[0-9]+\]/[T]/g' \
		-e 's/[0-9]+ of [0-9]+ (boots?|without)/N of N \1/g' -e 's/\b[0-9a-f]{8}\b/ADDRESS/g' \
		-e 's/\+0x[0-9a-f]+\/0x[0-9a-f]+/+OFFSET/g' -e 's/[0-9]+\.[0-9]+\.[0-9]+-[0-9]+/VERSION/g' -e 's/Not tainted [0-9.]+/Not tainted VERSION/' \
		-e '/Freeing initrd memory/d; s/0x[0-9a-f]{8}\b/ADDRESS/g' -e '/^note: .*known from an earlier run$/d; s/booted with the series [0-9]+ times/booted with the series N times/' -e 's/1 in [0-9]+/1 in N/g' \
		-e 's/[0-9]+(\.[0-9]+)? ?(to|–|-|\.\.) ?[0-9]+(\.[0-9]+)? ?%/N..N %/g' | cat -s
}

lab_yaml
ok "a series that changes comments passes" verdict comment 0
ok "... and is not booted: the kernel is the same" says comment \
	'd["same_image"] and d["reasons"] == []'
ok "... which took no boot of a patched kernel" bash -c "! grep -q 'boot: patched' '$T/comment.err'"
ok "... and is told so" report comment

ok "a failure that the base has too is not blamed" verdict reroll-2 0
ok "... and is told as still failing" says reroll-2 \
	'd["reasons"] == [] and any(c["class"] == "still failing" and c["subject"].endswith("takes_off_offset") for c in d["changes"])'
ok "... in these words" report reroll-2

ok "a series that breaks one board fails" verdict one-target 1
ok "... on that board only, repeated, with the odds" says one-target \
	'[(r["kind"], r["target"], r["subject"]) for r in d["reasons"]] == [("new-failure", "virt", "dma-nopage-exporter.page_mmap_shows_bytes")] and d["reasons"][0]["rates"]["patched"]["bad"] == d["reasons"][0]["rates"]["patched"]["runs"] > 2 and d["reasons"][0]["rates"]["base"]["bad"] == 0 and d["reasons"][0]["rates"]["chance"] <= 0.01'
ok "... with the console's lines" says one-target '"not ok" in d["reasons"][0]["excerpt"]'
ok "... in these words" report one-target

# Enough boots that chance decides one run of this test in a hundred, and not one in seven.
lab_yaml "s|^  missed: .*|  missed: 0.001|; s|^  repeats: .*|  repeats: 60|"
ok "a failure that comes three times of ten with the series alone is blamed" verdict flaky 1 "$S/flaky.mbox" --target virt
ok "... with both rates and the odds" says flaky \
	'all(r["kind"] == "new-failure" and r["rates"]["base"]["bad"] == 0 and 0 < r["rates"]["patched"]["bad"] < r["rates"]["patched"]["runs"] and r["rates"]["chance"] <= 0.01 for r in d["reasons"]) and len(d["reasons"]) > 0'
ok "... in these words" report flaky flaky '\(tested\|note\):' # which boot was the first to fail is chance

lab_yaml

ok "what a patch in the middle breaks" verdict middle-failure 1
ok "... is told with that patch" says middle-failure \
	'len(d["reasons"]) > 0 and all(r["patch"] == 2 for r in d["reasons"])'
ok "... in these words" report middle-failure

ok "a crash that hides all tests" verdict crash 1
ok "... is one reason a board" says crash \
	'sorted((r["kind"], r["target"]) for r in d["reasons"]) == [("new-crash", "smdkc210"), ("new-crash", "virt")]'
ok "... and what it hides was not seen, which is no failure" says crash \
	'len([t for t in d["kcidb"]["tests"] if t.get("status") == "MISS"]) >= 10 and all(c["class"] != "broken" or c["signature"] for c in d["changes"])'
ok "... in these words" report crash

ok "a patch in the middle that does not compile" verdict unbuildable 1
ok "... is told with its number" says unbuildable '[(r["kind"], r["patch"]) for r in d["reasons"]] == [("unbuildable-patch", 2)]'
ok "... in these words" report unbuildable
ok "a series that only warns passes" verdict warning 0
ok "... in these words" report warning
ok "what checkers say of a series does not fail it" verdict checkers 0
ok "... and is told: the compiler at W=1, sparse, checkpatch" says checkers \
	'any(r["kind"] == "build-warning" and "set but not used" in r["detail"] and r["patch"] == 1 for r in d["reasons"]) and any(n["tool"] == "sparse" for n in d["notices"]) and any(n["tool"] == "checkpatch" and n["patch"] == 3 for n in d["notices"])'
ok "... in these words" report checkers

# A board whose machine does not start.
cp -r "$top/jobs" "$T/jobs"
sed -i 's/smdkc210,/no-such-machine,/; s/-M smdkc210/-M no-such-machine/; s/machine: smdkc210.*/machine: no-such-machine/' "$T/jobs/devices/smdkc210.yaml"
lab_yaml "s|^jobs: .*|jobs: $T/jobs|; s|^work_dir:.*|work_dir: $T/work-one-board|"
ok "where one board's lab is dead the verdict is the other's" verdict one-board 0 "$S/reroll-2.mbox"
ok "... and that is said" says one-board \
	'd["verdict"] == "pass" and any(r["kind"] == "infra" and r["target"] == "smdkc210" for r in d["reasons"])'
ok "... in these words" report one-board

# Six cases that each fail three times of ten, whatever the series.
cp -r "$top/kernel-tests" "$T/kernel-tests"
kunit=$T/kernel-tests/tree/drivers/dma-buf/kunit
cat >"$kunit/dma-flaky-test.c" <<'C'
// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/ktime.h>

static void comes_and_goes(struct kunit *test)
{
	KUNIT_EXPECT_GE(test, ktime_to_us(ktime_get()) % 100, 30LL);
}

static struct kunit_case dma_flaky_cases[] = {
	{ .run_case = comes_and_goes, .name = "one" }, { .run_case = comes_and_goes, .name = "two" },
	{ .run_case = comes_and_goes, .name = "three" }, { .run_case = comes_and_goes, .name = "four" },
	{ .run_case = comes_and_goes, .name = "five" }, { .run_case = comes_and_goes, .name = "six" },
	{}
};

static struct kunit_suite dma_flaky_suite = { .name = "dma-flaky", .test_cases = dma_flaky_cases };
kunit_test_suite(dma_flaky_suite);
C
echo 'obj-$(CONFIG_DMA_NOPAGE_KUNIT_TEST) += dma-flaky-test.o' >>"$kunit/Makefile"
cat >>"$T/kernel-tests/suites.yaml" <<'Y'
  - name: dma-flaky
    about: "fails three times of ten"
    cases: [one, two, three, four, five, six]
Y
lab_yaml "s|^kernel_tests:.*|kernel_tests: $T/kernel-tests|; s|^work_dir:.*|work_dir: $T/work-flaky|
	s|^  blame: .*|  blame: 0.001|"
flaky_base() {
	for _ in 1 2 3; do # by chance the first boots may agree in all six cases
		verdict flaky-base 0 "$S/reroll-2.mbox" --target virt || return 1
		says flaky-base 'any(c["class"] == "flaky" for c in d["changes"])' && return 0
		rm -rf "$T/work-flaky"
	done
	return 1
}
ok "what fails three times of ten on either kernel is not blamed" flaky_base
# K or fewer, and K or more, of N at a rate of 0.3 come more often than once in 2000 times.
ok "... and is called flaky, with rates that 0.3 explains" says flaky-base \
	'(lambda c: all(min(sum(c(n, i) * .3**i * .7**(n - i) for i in r) for r in (range(k + 1), range(k, n + 1))) > 5e-4 for n, k in [(x["rates"][s]["runs"], x["rates"][s]["bad"]) for x in d["changes"] if x["class"] == "flaky" for s in ("base", "patched")]))(__import__("math").comb)'

# A base that refuses mmap(), by a patch more in the lab's fix, and a series that mends that.
cp -r "$top/patches" "$T/patches"
cp "$S/mmap-refused.mbox" "$T/patches/map-per-importer/0009-refuse-mmap.patch"
lab_yaml "s|^patches:.*|patches: $T/patches|; s|^work_dir:.*|work_dir: $T/work-fix|"
ok "a series that fixes what fails on the base passes" verdict fixed 0 "$S/mmap-allowed.mbox"
ok "... and what it fixes is named, on both boards" says fixed \
	'sorted((c["target"], c["subject"]) for c in d["changes"] if c["class"] == "fixed") == [(t, "dma-nopage-exporter.page_mmap_shows_bytes") for t in ("smdkc210", "virt")] and d["reasons"] == []'
ok "... in these words" report fixed

# Two versions of one series, as mails.
mkdir -p "$T/mails/new" "$T/mails/cur" "$T/mails/tmp"
lab_yaml "s|^work_dir:.*|work_dir: $T/work-versions|; \$a sources: { inbox: { type: folder, path: $T/mails } }"
id() { sed -n 's/^Message-Id: <\(.*\)>$/\1/p' "$S/$1.mbox"; }
version() { # NAME EXIT
	sed 1d "$S/$1.mbox" >"$T/mails/new/$1"
	dmalab agent --once >"$T/$1.err" 2>&1 && dmalab test "$(id "$1")" --json >"$T/$1.json" 2>>"$T/$1.err"
	code=$?
	[ $code = "$2" ] || { cat "$T/$1.err"; echo "exit $code, not $2"; cat "$T/$1.json"; return 1; }
}
ok "the first version of a series fails" version reroll-1 1
ok "the second, which mends that, passes" version reroll-2 0
ok "... and what it has mended is told" says reroll-2 \
	'"since:   v1: fail" in d["text"] and "gone: new-failure on virt, smdkc210: dma-nopage-exporter.page_mmap_shows_bytes" in d["text"]'
ok "... in these words" report reroll-2 versions
echo "1..$n"

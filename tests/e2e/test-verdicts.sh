#!/bin/bash
# Real series, real kernel, real lava-run and QEMU: each ends with the verdict that it deserves.
. "$(dirname "$0")/lib.sh"
lab_yaml
S=$top/tests/series

# verdict NAME EXIT: tests/series/NAME.mbox ends with this exit code; the document goes to $T/NAME.json.
verdict() {
	dmalab test --json --mbox "$S/$1.mbox" "${@:3}" >"$T/$1.json" 2>"$T/$1.err"
	code=$?
	[ $code = "$2" ] || { echo "exit $code, not $2"; cat "$T/$1.err" "$T/$1.json"; return 1; }
}

# reasons NAME: "kind target subject" of each, a line each.
reasons() { json "$T/$1.json" '"\n".join(" ".join((r["kind"], r["target"], r["subject"])) for r in d["reasons"])'; }

# only NAME KIND: at least one reason, and none of another kind.
only() { [ "$(json "$T/$1.json" 'sorted(set(r["kind"] for r in d["reasons"]))')" = "[\"$2\"]" ] || { reasons "$1"; return 1; }; }

# says NAME EXPRESSION: a Python expression over the document holds.
says() { [ "$(json "$T/$1.json" "$2")" = true ] || { json "$T/$1.json" 'd["reasons"]'; return 1; }; }

ok "a good series passes" verdict good 0
ok "... with nothing to say against it" says good 'd["verdict"] == "pass" and d["reasons"] == []'
# The one case that the default fix does not pass is in patches/README.md.
ok "... on both machines, every declared case" says good \
	'len([t for t in d["kcidb"]["tests"] if t["path"].startswith("kunit.") and t["status"] not in ("PASS", "SKIP") and not t["path"].endswith("_that_takes_off_offset")]) == 0 and set(t["environment"]["comment"] for t in d["kcidb"]["tests"]) == {"virt", "smdkc210"}'
ok "a good series of two patches passes" verdict good-2 0
ok "the same series again costs no build and no boot" \
	bash -c "$(declare -f dmalab); DMALAB=$DMALAB LAB=$LAB; out=\$(dmalab test --mbox $S/good.mbox 2>&1) && ! grep -q -e 'build: ' -e 'boot: ' <<<\"\$out\""

ok "a series that brings an option passes" verdict options 0
options() { sqlite3 -readonly "$T/work/dmalab.db" "SELECT options FROM builds WHERE options <> ''" | tee "$T/options" && grep -x 'CONFIG_DMA_DIRECT_IS_DEFAULT=y, was not there' "$T/options"; }
ok "... and its build says which" options

ok "a series that does not apply fails" verdict conflict 1
ok "... as apply-conflict" only conflict apply-conflict
ok "... with patch, file and hunk" says conflict \
	'"patch 2" in d["reasons"][0]["subject"] and "@@" in d["reasons"][0]["detail"] and ".c" in d["reasons"][0]["detail"]'
ok "a patch that leaves the tree is an apply-conflict" verdict outside 1
ok "... and nothing else" only outside apply-conflict
ok "... and leaves nothing outside" [ ! -e "$T/outside" ]
ok "a patch through a symbolic link is an apply-conflict" verdict symlink 1
ok "... and nothing else" only symlink apply-conflict

ok "a series whose tip does not compile fails" verdict build-error 1
ok "... as build-error" only build-error build-error
ok "... naming the patch and the compiler's line" says build-error \
	'"2/3" in d["reasons"][0]["subject"] and "error:" in d["reasons"][0]["detail"] and ".c:" in d["reasons"][0]["detail"]'
ok "a series whose middle patch does not compile fails" verdict unbuildable 1
ok "... as unbuildable-patch" only unbuildable unbuildable-patch
ok "... naming the patch" says unbuildable '"2/3" in d["reasons"][0]["subject"]'
ok "a series that adds a warning passes" verdict warning 0
ok "... and the warning is told" only warning build-warning

ok "a series that crashes at boot fails" verdict crash 1
ok "... as new-crash, on both machines" says crash \
	'set((r["kind"], r["target"]) for r in d["reasons"]) == {("new-crash", "virt"), ("new-crash", "smdkc210")}'
ok "... with title and function" says crash \
	'all("NULL pointer dereference in " in r["subject"] and r["subject"].split(" in ")[1] in r["detail"] for r in d["reasons"])'
ok "a series that hangs at boot fails" verdict hang 1
ok "... as boot-hang, on both machines" says hang \
	'set((r["kind"], r["target"]) for r in d["reasons"]) == {("boot-hang", "virt"), ("boot-hang", "smdkc210")}'
ok "a series that makes a test fail fails" verdict failure 1
ok "... as new-failure, naming target and case" says failure \
	'set((r["kind"], r["target"]) for r in d["reasons"]) == {("new-failure", "virt"), ("new-failure", "smdkc210")} and all("." in r["subject"] for r in d["reasons"])'
ok "a series that removes a suite fails" verdict missing 1
ok "... as missing-tests, naming the suite" says missing \
	'set((r["kind"], r["subject"]) for r in d["reasons"]) == {("missing-tests", "list-kunit-test"), ("missing-tests", "hlist")}'

ok "a series that conflicts with the lab's fix is tested without it" verdict conflict-fix 0
ok "... against a base without it, which is said" says conflict-fix \
	'd["base"]["fix"] == "none" and d["base"]["tests"] and any("fix" in n for n in d["notes"])'
ok "... and the crashes of that base are not its fault" says conflict-fix \
	'len(d["kcidb"]["incidents"]) > 0 and d["reasons"] == []'
ok "a series that conflicts with the lab's tests is built and booted without them" verdict conflict-overlay 0
ok "... which is said" says conflict-overlay 'not d["base"]["tests"] and any("tests" in n for n in d["notes"])'

# A PATH that has everything but QEMU, and a store that knows no boots.
mkdir "$T/bin"
for d in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
	for f in "$d"/*; do
		case ${f##*/} in qemu-*) ;; *) [ -e "$T/bin/${f##*/}" ] || ln -s "$f" "$T/bin/${f##*/}" ;; esac
	done
done
sed -i "s|^work_dir:.*|work_dir: $T/work-without-qemu|" "$LAB"
without_qemu() {
	(PATH=$T/bin; verdict good 3) && only good infra && says good 'd["verdict"] == "none"'
}
ok "without QEMU there is no verdict but infra" without_qemu
echo "1..$n"

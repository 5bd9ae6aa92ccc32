#!/bin/bash
# The unfixed kernel beside a design on a real machine; kernels as files, booted by hand.
. "$(dirname "$0")/lib.sh"
lab_yaml

matrix() { dmalab matrix --design none --design map-per-importer --target virt "$@"; }

# says EXPRESSION: a Python expression over the matrix holds.
says() { [ "$(json "$T/m.json" "$1")" = true ] || { json "$T/m.json" '[c for c in d["cells"] if not c["as_expected"]]'; return 1; }; }

first() { matrix --json >"$T/m.json" 2>"$T/err" || { cat "$T/err"; return 1; }; }
ok "a matrix of two designs" first
ok "... has every declared case of both" says \
	'len(d["cells"]) > 100 and set(c["design"] for c in d["cells"]) == {"none", "map-per-importer"} and len([c for c in d["cells"] if c["design"] == "none"]) * 2 == len(d["cells"])'
ok "... the unfixed kernel crashes, with a signature each" says \
	'(lambda l: len(l) > 1 and all(len(c["hash"]) == 64 and c["title"] for c in l))([c for c in d["cells"] if c["design"] == "none" and c["result"] == "crash"])'
ok "... the design does not" says 'not [c for c in d["cells"] if c["design"] != "none" and c["result"] == "crash"]'
ok "... and where it crashed unfixed the design has another word" says \
	'(lambda n: all(c["result"] in ("works", "refused") for c in d["cells"] if c["design"] != "none" and (c["suite"], c["case"]) in n))(set((c["suite"], c["case"]) for c in d["cells"] if c["result"] == "crash"))'
ok "... nothing of the unfixed kernel is a regression" says 'not [c for c in d["cells"] if c["design"] == "none" and c["regression"]]'

again() {
	before=$(date +%s%N)
	matrix --json >"$T/again.json" 2>"$T/err"
	code=$?
	ms=$((($(date +%s%N) - before) / 1000000))
	echo "$ms ms"
	cat "$T/err"
	[ $code = 0 ] && [ $ms -lt 5000 ] && [ ! -s "$T/err" ] && cmp "$T/m.json" "$T/again.json"
}
ok "the second time it comes from the store at once, the same to the byte" again
text() {
	matrix >"$T/text" 2>&1 && matrix >"$T/text2" 2>&1 && cmp "$T/text" "$T/text2" || return 1
	cat "$T/text"
	grep -q '^case  *none  *map-per-importer$' "$T/text" && grep -q ' crash 1 ' "$T/text" &&
		grep -q '^   1  BUG: ' "$T/text" && ! grep -q '[0-9a-f]\{12\}' "$T/text"
}
ok "as text it is a table with a legend, and holds no hash" text
markdown() { matrix --markdown >"$T/md" 2>&1 && grep -q '^| case | none | map-per-importer |$' "$T/md" && grep -q '^1\. `BUG: ' "$T/md"; }
ok "as Markdown it is a table" markdown

refused() { # PATTERN ARGS…
	pattern=$1
	shift
	dmalab "$@" >"$T/out" 2>"$T/err"
	code=$?
	cat "$T/out" "$T/err"
	[ $code = 2 ] && [ ! -s "$T/out" ] && grep -q -e "$pattern" "$T/err"
}
ok "an unknown design is wrong use" refused "no fix 'nosuch'" matrix --design nosuch
ok "an unknown plan is wrong use" refused "no plan 'nosuch'" matrix --plan nosuch
mail() { # a mail as git format-patch makes it, with the diff from standard input
	printf 'From %040d Mon Sep 17 00:00:00 2001\nFrom: a <a@example.com>\nDate: Mon, 23 Nov 2026 00:00:00 +0000\nSubject: [PATCH] x\n\n---\n' 0
	cat
	printf -- '-- \n'
}
cp -r "$top/patches" "$T/patches"
mkdir "$T/patches/bad" "$T/patches/broken"
printf -- '--- a/Makefile\n+++ b/Makefile\n@@ -1,1 +1,1 @@\n-no such line\n+x\n' | mail >"$T/patches/bad/0001-x.patch"
sed -i "s|^patches:.*|patches: $T/patches|" "$LAB"
ok "a design that does not apply is named, with the tree" refused "fix 'bad' does not apply to tree debian-6.1" matrix --design bad --target virt
breaks() {
	repo=$(dmalab tree --path)
	mkdir -p "$T/a/kernel/dma" "$T/b/kernel/dma"
	git -c safe.directory='*' -C "$repo" show HEAD:kernel/dma/direct.c >"$T/a/kernel/dma/direct.c" || return 1
	sed '$a int broken = nosuch;' "$T/a/kernel/dma/direct.c" >"$T/b/kernel/dma/direct.c"
	(cd "$T" && diff -u a/kernel/dma/direct.c b/kernel/dma/direct.c) | mail >"$T/patches/broken/0001-x.patch"
	dmalab matrix --design broken --target virt >"$T/out" 2>&1
	code=$?
	cat "$T/out"
	[ $code = 3 ] && grep -q "design broken does not build with config arm: .*error:" "$T/out"
}
ok "a design that does not build is the lab's fault, by name" breaks
sed -i "s|^patches:.*|patches: $top/patches|" "$LAB"

build() { dmalab build --target virt --fix map-per-importer --out "$T/out dir" --json >"$T/b.json" 2>"$T/err" || { cat "$T/err"; return 1; }; }
ok "build leaves kernel, device tree and initramfs" build
files() { [ "$(json "$T/b.json" 'len(d["builds"]) == 1 and d["builds"][0]["config"] == "arm" and len(d["builds"][0]["files"]) == 3 and all(__import__("os").path.getsize(f) > 1000 for f in d["builds"][0]["files"])')" = true ]; }
ok "... and lists them" files
by_hand() {
	timeout 60 qemu-system-arm -M virt -cpu cortex-a15 -m 1G -display none -monitor none -serial stdio -nic none \
		-kernel "$T/out dir/arm/zImage" -dtb "$T/out dir/arm/virt.dtb" -initrd "$T/out dir/arm/initramfs.cpio.gz" \
		-append "$(json "$T/b.json" 'd["builds"][0]["targets"][0]["cmdline"]') kunit.filter_glob=dma-nopage-table" </dev/null >"$T/console" 2>&1
	tail -5 "$T/console"
	grep -q 'ok 1 .*dma-nopage-table' "$T/console" && grep -q 'LAB TESTS DONE' "$T/console"
}
ok "... which boot by hand" by_hand
echo "1..$n"

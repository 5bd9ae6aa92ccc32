#!/bin/bash
# Bisection over $COMMITS commits, each in another file of the kernel, many of them not compiled: a
# build break, a crash, and one that comes 3 times of 10, each in a history of its own.
. "$(dirname "$0")/lib.sh"
. "$here/history.sh"
COMMITS=${COMMITS:-120}
lab_yaml
TEST=dma-nopage-exporter.page_mmap_shows_bytes
D=kernel/dma/direct.c

# lay_long N SUBJECT FILE SCRIPT: commit N is this one, all others add a function somewhere.
lay_long() {
	history_start || return 1
	local i=0 f
	repo ls-tree -r --name-only "$at" kernel mm lib drivers/base fs drivers/dma-buf drivers/net/ethernet/intel sound/core |
		grep '\.c$' | grep -v -e /tests/ -e test -e vdso -e "^$D$" | awk 'NR % 13 == 1' >"$T/files"
	while [ ${#history[@]} -le "$COMMITS" ]; do
		i=$((i + 1))
		if [ ${#history[@]} = "$1" ]; then
			lay "$2" "$3" "$4" || return 1
		else
			f=$(sed -n ${i}p "$T/files")
			[ -n "$f" ] || return 1
			lay "$(basename "$f" .c): change $i" "$f" "\$a int dmalab_check_$i(int a);\\nint dmalab_check_$i(int a) { return a + $i; }" || return 1
		fi
	done
}
# long NAME N ARGUMENT…
long() {
	name=$1
	bisect --good "${history[0]}" --bad "${history[$COMMITS]}" --json "${@:3}" >"$T/json" 2>"$T/err" || said
	cp "$T/err" "$T/$name.err"
	[ "$(json "$T/json" 'd["culprit"], d["reverted"]')" = "[\"${history[$2]}\", \"yes\"]" ] || said
}
figures() { echo "# $1: $(json "$T/json" '"%d commits, %d builds, %d runs, %d s, %.0f %%" % (d["range"], d["builds"], d["runs"], d["seconds"], 100 * d["odds"])')"; }

lay_crash() { lay_long 77 'dma-direct: count' $D 's/^\tif (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/\tBUG();\n&/'; }
ok "$COMMITS commits, one crashes" lay_crash
ok "... which is found" long crash 77 --test "$TEST"
figures crash
lay_flaky() { lay_long 41 'dma-direct: back off' $D 's/^\tif (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/\tBUG_ON(ktime_to_us(ktime_get()) % 100 < 30);\n&/'; }
ok "$COMMITS commits, one crashes 3 times of 10" lay_flaky
ok "... which is found" long flaky 41 --test "$TEST"
figures flaky
lay_broken() { lay_long 100 'cma: count areas' kernel/dma/contiguous.c 's/^struct cma \*dma_contiguous_default_area;/&\nint cma_count = cma_counted;/'; }
ok "$COMMITS commits, one does not build" lay_broken
ok "... which is found" long broken 100 --build
figures broken
echo "1..$n"

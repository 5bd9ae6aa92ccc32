#!/bin/bash
# Seconds by hand and by dmalab for the same warm one-file change, in turn, and their ratio; then
# where dmalab's seconds go. Prints lines NAME VALUE [UNIT]. The hand works on an overlay of the
# same kept worktree and object folder, under the same paths, so that both start equally warm.
set -eu
cd "$(dirname "$0")/.."
if [ "${1:-}" != inside ]; then
	tools/install-packages.sh
	make -s -j"$(nproc)"
	DMALAB=$PWD/build/dmalab tools/warm.sh
	exec unshare --mount "$0" inside # mounts of our own: nothing of the overlays outlives the bench
fi

rounds=${ROUNDS:-5}
top=$PWD
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
sed -e "s|^#\{0,1\} *work_dir:.*|work_dir: $T/work|" -e "s|^#\{0,1\} *kernel_tests:.*|kernel_tests: $top/kernel-tests|" \
	-e "s|^#\{0,1\} *patches:.*|patches: $top/patches|" -e "s|^#\{0,1\} *jobs: \([^0-9].*\)|jobs: $top/jobs|" \
	lab.yaml >"$T/lab.yaml"
dmalab() { "$top/build/dmalab" "$1" --config "$T/lab.yaml" "${@:2}"; }
plain_git() { git -c safe.directory='*' "$@"; }
repo=$(dmalab tree --path)
pair=$(dirname "$repo")/arm
finish() {
	umount "$T/src" "$T/obj" 2>/dev/null || true
	rm -rf "$T"
	plain_git -C "$repo" worktree prune
}
trap finish EXIT
trap 'exit 1' INT TERM

# patch N: the good series with another constant, so that no store and no cache knows it.
patch() {
	sed "s/^+\tint count = PHYS_PFN(PAGE_ALIGN(size));/+\tint count = PHYS_PFN(PAGE_ALIGN(size) + $1);/" \
		tests/series/good.mbox >"$T/$1.mbox"
	echo "$T/$1.mbox"
}

dmalab test --mbox "$(patch 0)" >/dev/null 2>"$T/err" || { cat "$T/err"; exit 1; }
base=$(dmalab list builds --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[-1]["id"])')
mkdir -p "$T/hand" "$T/src" "$T/obj" "$T/up/src" "$T/up/src.work" "$T/up/obj" "$T/up/obj.work"
for board in virt smdkc210; do
	cp "$(dmalab show "$base" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["artifacts"][sys.argv[1]])' $board.dtb)" "$T/hand/$board.dtb"
done
cp "$pair/initramfs.cpio.gz" "$T/hand/"

# The hand's worktree: git's folder of it is its own, the files are the kept ones below an overlay.
plain_git -C "$repo" worktree add -q -f --no-checkout --detach "$T/worktree" "$(plain_git -C "$pair/src" rev-parse HEAD)"
cp "$(sed 's/gitdir: //' "$pair/src/.git")/index" "$(sed 's/gitdir: //' "$T/worktree/.git")/index"
cp "$T/worktree/.git" "$T/up/src/.git"
for part in src obj; do
	mount -t overlay overlay -o "lowerdir=$pair/$part,upperdir=$T/up/$part,workdir=$T/up/$part.work" "$T/$part"
done
by_hand() {
	bwrap --dev-bind /dev /dev --proc /proc --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind /etc /etc --bind "$T" "$T" --bind "$repo" "$repo" \
		--ro-bind "$top" "$top" --bind "$T/src" /src --bind "$T/obj" /obj --setenv CCACHE_DIR "$T/ccache" \
		"$top/bench/by-hand.sh" "$1" "$T/hand"
}
seconds() { # COMMAND…: prints how long it took
	local from=$EPOCHREALTIME
	"$@" >"$T/out" 2>"$T/err" || { cat "$T/out" "$T/err" >&2; return 1; }
	echo "$from $EPOCHREALTIME" | awk '{ printf "%.2f\n", $2 - $1 }'
}
median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

mbox=$(patch 1)
seconds by_hand "$mbox" >/dev/null # the overlay's first make looks at everything once
plain_git -C "$T/src" reset -q --hard HEAD~1
for i in $(seq "$rounds"); do
	mbox=$(patch $((2 * i)))
	hand=$(seconds by_hand "$mbox")
	plain_git -C "$T/src" reset -q --hard HEAD~1
	mbox=$(patch $((2 * i + 1)))
	lab=$(seconds dmalab test --mbox "$mbox")
	echo "$hand $lab" | awk '{ printf "%s %s %.3f\n", $1, $2, $2 / $1 }' >>"$T/rounds"
	# "   0.3 s  apply: …": how long each step took, the last one up to the verdict
	{ cat "$T/err"; sed -n 's/^stored as .*, \([0-9.]*\) s$/\1 s end:/p' "$T/out"; } |
		awk -v OFS=' ' '{ gsub(":", "", $3) } name { t[name] += $1 - at } { name = $3; at = $1 }
			END { for (n in t) print n, t[n] }' >>"$T/steps"
done
echo "by_hand $(cut -d' ' -f1 "$T/rounds" | median) s"
echo "dmalab_test $(cut -d' ' -f2 "$T/rounds" | median) s"
for step in apply build boot; do
	echo "dmalab_test_$step $(sed -n "s/^$step //p" "$T/steps" | median) s"
done
echo "ratio $(cut -d' ' -f3 "$T/rounds" | median)"

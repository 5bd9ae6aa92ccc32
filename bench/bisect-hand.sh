#!/bin/bash
# What a person does to find a guilty commit: both ends verified, `git bisect run` with a script that
# puts tests and fix on each commit, builds it in one kept object folder and boots it, and then the
# culprit reverted on the bad end. Prints the culprit's commit; FOLDER/figures says "builds N",
# "boots N" and "seconds S", FOLDER/bisect.log what git bisect run said.
#
#   bisect-hand.sh GOOD BAD PAIR REPO FOLDER build|boot|SUITE.CASE
#
# Both ends are built once before that is measured. PAIR is a kept worktree with its object folder (src, obj) of REPO, FOLDER has virt.dtb and
# initramfs.cpio.gz. PAIR and its ccache stay as they are: the hand works on overlays of them, under
# the paths that dmalab builds under, so that both start equally warm. As root.
set -eu
self=$(realpath "$0") top=$(realpath "$(dirname "$0")/..")
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=3 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
# below an overlay a file is known by its time and size
export GIT_CONFIG_KEY_1=core.checkStat GIT_CONFIG_VALUE_1=minimal GIT_CONFIG_KEY_2=core.trustctime GIT_CONFIG_VALUE_2=false
export LC_ALL=C

# put REV: it is in /src, with tests and fix; only files that differ are written.
put() {
	GIT_INDEX_FILE=$hand/next git -C /src read-tree "$1" &&
		GIT_INDEX_FILE=$hand/next git -C /src apply --cached --allow-empty "$hand/ours.patch" ${2:+"$2"} &&
		next=$(GIT_INDEX_FILE=$hand/next git -C /src write-tree) &&
		git -C /src read-tree -m -u "$(cat "$hand/at")" "$next" && echo "$next" >"$hand/at"
}
build() {
	echo build >>"$hand/done"
	make -s -C /src O=/obj -j"$(nproc)" ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- \
		CC="ccache arm-linux-gnueabihf-gcc" HOSTCC="ccache gcc" LOCALVERSION= \
		zImage exynos4210-smdkv310.dtb </dev/null >"$hand/make.log" 2>&1
}
boot() { # a panic ends QEMU at once
	local filter=
	[ "$kind" = boot ] || filter=kunit.filter_glob=$kind
	echo boot >>"$hand/done"
	timeout 30 qemu-system-arm -M virt -cpu cortex-a15 -smp 1 -m 1G -display none -monitor none -serial stdio \
		-nic none -no-reboot -kernel /obj/arch/arm/boot/zImage -initrd "$hand/initramfs.cpio.gz" -dtb "$hand/virt.dtb" \
		-append "console=ttyAMA0 mem=192M cma=4M panic=-1 oops=panic $filter" </dev/null >"$hand/boot.log" 2>&1 || true
	grep -q 'LAB TESTS DONE' "$hand/boot.log" && { [ "$kind" = boot ] || ! grep -qa "not ok.* ${kind#*.}" "$hand/boot.log"; }
}
# try REV [PATCH]: 0 good, 1 bad, 125 neither, as git bisect run has it.
try() {
	put "$@" || return 125
	if [ "$kind" = build ]; then
		build || return 1
	else
		build || return 125
		boot || return 1
	fi
}

case $1 in
step) # of git bisect run
	hand=$2 kind=$3
	try BISECT_HEAD
	exit
	;;
inside) # where /src and /obj are those of the hand
	hand=$2 good=$3 bad=$4 kind=$5
	export KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC' KBUILD_BUILD_USER=dmalab KBUILD_BUILD_HOST=dmalab KBUILD_BUILD_VERSION=1 TZ=UTC
	for end in "$bad" "$good"; do # unmeasured: the ccache has both
		put "$end" && build || true
	done
	rm -f "$hand/done"
	echo "$EPOCHREALTIME" >"$hand/began"
	try "$good" || { echo "the good end is not good" >&2; exit 1; }
	code=0
	try "$bad" || code=$?
	[ $code = 1 ] || { echo "the bad end is not bad" >&2; exit 1; }
	git -C /src bisect start --no-checkout "$bad" "$good" >/dev/null
	(cd /src && git bisect run "$self" step "$hand" "$kind" >"$hand/bisect.log" 2>&1) || { tail "$hand/bisect.log" >&2; exit 1; }
	culprit=$(git -C /src rev-parse refs/bisect/bad)
	git -C /src diff "$culprit" "$culprit^" >"$hand/revert.patch"
	try "$bad" "$hand/revert.patch" || { echo "the bad end without $culprit is not good" >&2; exit 1; }
	echo "$culprit"
	exit
	;;
mounts) shift ;;
*) exec unshare --mount "$self" mounts "$@" ;; # nothing of the overlays outlives the hand
esac

good=$1 bad=$2 pair=$3 repo=$4 hand=$(realpath "$5") kind=$6
cache=${repo%/trees/*}/ccache
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-hand.XXXXXX")
finish() {
	umount "$T/src" "$T/obj" "$T/ccache" 2>/dev/null || true
	rm -rf "$T"
	git -C "$repo" worktree prune
}
trap finish EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$T/src" "$T/obj" "$T/ccache" "$T/up"/{src,obj,ccache}{,.work}
rm -f "$hand/done"

# tests and fix as one patch; a history that has them below it needs none
export GIT_INDEX_FILE=$T/index GIT_DIR=$repo
git read-tree "$good"
if ! git cat-file -e "$good:$(cd "$top/kernel-tests/tree" && find . -type f -printf '%P\n' -quit)" 2>/dev/null; then
	git apply --cached "$top/kernel-tests/hooks-6.1.patch"
	(cd "$top/kernel-tests/tree" && find . -type f -printf '%P\n') | while read -r file; do
		git update-index --add --cacheinfo "100644,$(git hash-object -w "$top/kernel-tests/tree/$file"),$file"
	done
	git apply --cached "$top/patches/$(sed -n 's/^fix: *//p' "$top/lab.yaml")"/0*.patch
fi
git diff --full-index "$good" "$(git write-tree)" >"$hand/ours.patch"
unset GIT_INDEX_FILE GIT_DIR

# git's folder of the hand's worktree is its own, the files are the kept ones below an overlay
git -C "$repo" worktree add -q -f --no-checkout --detach "$T/worktree" "$(git -C "$pair/src" rev-parse HEAD)"
cp "$(sed 's/gitdir: //' "$pair/src/.git")/index" "$(sed 's/gitdir: //' "$T/worktree/.git")/index"
cp "$T/worktree/.git" "$T/up/src/.git"
git -C "$pair/src" rev-parse 'HEAD^{tree}' >"$hand/at"
for part in src obj; do
	mount -t overlay overlay -o "lowerdir=$pair/$part,upperdir=$T/up/$part,workdir=$T/up/$part.work" "$T/$part"
done
mount -t overlay overlay -o "lowerdir=$cache,upperdir=$T/up/ccache,workdir=$T/up/ccache.work" "$T/ccache"
bwrap --dev-bind /dev /dev --proc /proc --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin \
	--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind /etc /etc --tmpfs /tmp --bind "$T" "$T" --bind "$hand" "$hand" --bind "$repo" "$repo" \
	--ro-bind "$top" "$top" --bind "$T/src" /src --bind "$T/obj" /obj --setenv CCACHE_DIR "$T/ccache" \
	--setenv CCACHE_NOHASHDIR 1 "$self" inside "$hand" "$good" "$bad" "$kind"
echo "$(cat "$hand/began") $EPOCHREALTIME" | awk -v builds="$(grep -c build "$hand/done")" -v boots="$(grep -c boot "$hand/done")" \
	'{ printf "builds %d\nboots %d\nseconds %.1f\n", builds, boots, $2 - $1 }' >"$hand/figures"

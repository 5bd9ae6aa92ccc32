#!/bin/bash
# What building each patch of a ten-patch series costs the lab, next to the same ten builds by hand in
# turn, and to one whole build; all warm. Prints lines NAME VALUE [UNIT]; exit 1 where a patch costs more
# than 2.5 times what it costs by hand. The hand works on an overlay of the same kept folders. $PATCHES
# is another number of patches. Root only.
[ "${1:-}" = inside ] || exec unshare --mount "$0" inside # mounts of our own: they go with the bench
. "$(dirname "$0")/../tests/e2e/lib.sh"
set -eo pipefail
shopt -s inherit_errexit
files="kernel/dma/coherent.c kernel/dma/direct.c kernel/dma/mapping.c kernel/dma/remap.c drivers/dma-buf/dma-buf.c
	drivers/dma-buf/dma-fence.c lib/scatterlist.c mm/cma.c drivers/base/core.c drivers/of/address.c"
patches=${PATCHES:-10}
lab_yaml
finish() {
	umount "$T/src" "$T/obj" 2>/dev/null || true
	rm -rf "$T"
	[ -z "${repo:-}" ] || plain_git -C "$repo" worktree prune
}
plain_git() { git -c safe.directory='*' -c user.name=bench -c user.email=bench@localhost "$@"; }
# build FOLDER GOAL…: make as the lab calls it, with /obj on FOLDER.
build() {
	bwrap --dev-bind /dev /dev --proc /proc --ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin \
		--symlink usr/lib /lib --symlink usr/lib64 /lib64 --ro-bind /etc /etc --tmpfs /tmp --ro-bind "$T/src" /src \
		--bind "$1" /obj --ro-bind "$ccache" /ccache --clearenv --setenv PATH "$PATH" --setenv LC_ALL C --setenv CCACHE_DIR \
		/ccache --setenv CCACHE_TEMPDIR /tmp --setenv CCACHE_READONLY 1 --setenv CCACHE_NOSTATS 1 --setenv CCACHE_NOHASHDIR 1 \
		--setenv KBUILD_BUILD_USER dmalab --setenv KBUILD_BUILD_HOST dmalab \
		--setenv KBUILD_BUILD_TIMESTAMP '2026-01-01 00:00:00 UTC' --setenv KBUILD_BUILD_VERSION 1 \
		make -s -C /src O=/obj -j"$(nproc)" ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- \
		CC="ccache arm-linux-gnueabihf-gcc" HOSTCC="ccache gcc" LOCALVERSION= "${@:2}" >"$T/make.log" 2>&1
}
goals="zImage exynos4210-smdkv310.dtb"
took() { echo "$1 $EPOCHREALTIME" | awk '{ printf "%.2f\n", $2 - $1 }'; } # SINCE

# The base, built by the lab and then looked at by the hand's first make.
dmalab test --mbox "$top/tests/series/good.mbox" --target virt >&2
repo=$(dmalab tree --path)
pair=$(dirname "$repo")/arm
ccache=$(realpath "$(dirname "$repo")/../../ccache") # for the hand as for a candidate: to be read
mkdir -p "$T/src" "$T/obj" "$T/whole"
plain_git -C "$repo" worktree prune
plain_git -C "$repo" worktree add -q -f --no-checkout --detach "$T/worktree" "$(plain_git -C "$pair/src" rev-parse HEAD)"
mkdir -p "$T/up/src" "$T/up/src.work" "$T/up/obj" "$T/up/obj.work"
cp "$(sed 's/gitdir: //' "$pair/src/.git")/index" "$(sed 's/gitdir: //' "$T/worktree/.git")/index"
cp "$T/worktree/.git" "$T/up/src/.git"
for part in src obj; do
	mount -t overlay overlay -o "lowerdir=$pair/$part,upperdir=$T/up/$part,workdir=$T/up/$part.work" "$T/$part"
done
build "$T/obj" $goals

# Ten patches, each to another file that this kernel has; the number makes them new to all caches.
base=$(plain_git -C "$T/src" rev-parse HEAD)
for file in $(echo $files | cut -d' ' -f"-$patches"); do
	[ -e "$T/obj/${file%.c}.o" ] || { echo "$file is not compiled here" >&2; exit 1; }
	printf '\nint bench_%s(void);\nint bench_%s(void)\n{\n\treturn %s;\n}\n' "$(basename "$file" .c | tr - _)" \
		"$(basename "$file" .c | tr - _)" "$RANDOM$RANDOM" >>"$T/src/$file"
	plain_git -C "$T/src" commit -q -a -m "$file: a number" -m "Signed-off-by: bench <bench@localhost>"
done
plain_git -C "$T/src" format-patch -q --stdout "$base" >"$T/ten.mbox"
tip=$(plain_git -C "$T/src" rev-parse HEAD)
by_hand() { # prints how long it took to build all patches
	plain_git -C "$T/src" checkout -q --detach "$base"
	build "$T/obj" $goals
	since=$EPOCHREALTIME
	for commit in $(plain_git -C "$T/src" rev-list --reverse "$base..$tip"); do
		plain_git -C "$T/src" checkout -q --detach "$commit"
		build "$T/obj" $goals
	done
	took "$since"
}

before=$(by_hand) # and after: the machine has other things to do as well
# "   0.3 s  build: patch 1 of 10: …": from there to what is no patch; lint, to what is behind it.
dmalab test --mbox "$T/ten.mbox" --target virt 2>"$T/err" >&2 || { cat "$T/err" >&2; exit 1; }
after=$(by_hand)
awk -v patches="$patches" -v before="$before" -v after="$after" '
	BEGIN { hand = (before + after) / 2 }
	$3 == "build:" && $4 == "patch" { from = from ? from : $1; n++; next }
	from && !to { to = $1 }
	lint && !linted { linted = $1 - lint }
	$3 == "lint:" { lint = $1 }
	END {
		if (n != patches)
			exit 1
		printf "series.patch_by_hand %.2f s\nseries.patch_lab %.2f s\n", hand / n, (to - from) / n
		printf "series.patch_cost_ratio %.2f\nseries.lint %.1f s\n", (to - from) / hand, linted
	}' "$T/err" | tee "$T/cost"

cp "$T/obj/.config" "$T/whole/"
build "$T/whole" olddefconfig
since=$EPOCHREALTIME
build "$T/whole" $goals
awk -v whole="$(took "$since")" -v patches="$patches" '{ is[$1] = $2 } END {
	printf "series.whole_build %.1f s\nseries.whole_ratio %.2f\n", whole, patches * is["series.patch_lab"] / whole
	exit is["series.patch_cost_ratio"] > 2.5 }' "$T/cost"

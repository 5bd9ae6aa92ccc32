#!/bin/bash
# tools/steps.sh [SERIES…]: what the folders of patches/ promise of each of their patches. After each
# one the kernel of config arm builds, the C files that the series touches compile without a warning
# at W=1 that the step before had not, and checkpatch finds no error. SERIES is a folder of patches/;
# one called 6.12 is for that tree. A line a patch; ends with the counts, exit 1 where one is not so.
#
# Files that are not in config arm are compiled with all of ARM's options on, or else x86's.
set -u
cd "$(dirname "$0")/.." || exit 3
dmalab=${DMALAB:-build/dmalab}
jobs=${JOBS:-$(nproc)}
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-steps.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM HUP
if [ $# -gt 0 ]; then
	series=("$@")
else
	series=(patches/*/ patches/*/6.12/)
fi
patches=0 unbuilt=0 warned=0 errors=0 nowhere=0

export GIT_CEILING_DIRECTORIES=$T CCACHE_BASEDIR=$T CCACHE_NOHASHDIR=1 LC_ALL=C TZ=UTC \
	KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC' KBUILD_BUILD_USER=dmalab KBUILD_BUILD_HOST=dmalab

# kernel ARM|ALL|X86 GOAL…: make with the object folder of that name.
kernel() {
	local objects=$T/$1 arch=arm cross=arm-linux-gnueabihf-
	[ "$1" != X86 ] || arch=x86_64 cross=
	make -s -C "$T/src" O="$objects" -j"$jobs" ARCH=$arch CROSS_COMPILE=$cross LOCALVERSION= \
		CC="ccache ${cross}gcc" HOSTCC='ccache gcc' "${@:2}"
}

# source_of TREE: its source in $T/src, and the three configurations.
source_of() {
	local repo
	repo=$("$dmalab" tree "$1" --path) || return 1
	export CCACHE_DIR=${repo%/trees/*}/steps
	rm -rf "$T/src" "$T/ARM" "$T/ALL" "$T/X86"
	mkdir -p "$T/src" "$T/ARM" "$T/ALL" "$T/X86" "$CCACHE_DIR"
	git --git-dir="$repo" archive HEAD | tar -x -C "$T/src" || return 1
	cat kernel-tests/configs/{base,sparsemem,tests}.config >"$T/some"
	printf '# CONFIG_WERROR is not set\n# CONFIG_GCC_PLUGINS is not set\n' >"$T/all"
	kernel ARM KCONFIG_ALLCONFIG="$T/some" allnoconfig && kernel ALL KCONFIG_ALLCONFIG="$T/all" allmodconfig &&
		kernel X86 KCONFIG_ALLCONFIG="$T/all" allmodconfig
}

# warnings OUTPUT…: what make said of them, sorted and without line numbers.
warnings() { sed -n -E "/warning:/{s|$T/src/||g; s/:[0-9]+(:[0-9]+)?:/:/; p}" "$@" | sort; }

# compile OUT: all C files of the series at W=1, and kernel-doc on its headers; what they say
# goes to OUT.
compile() {
	local where f ret=0
	: >"$1"
	for where in ALL X86; do
		local objects=()
		for f in "${files[@]}"; do [ "${at[$f]}" != $where ] || objects+=("${f%.c}.o"); done
		[ ${#objects[@]} -gt 0 ] || continue
		(cd "$T/$where" && rm -f "${objects[@]}")
		kernel $where -k W=1 "${objects[@]}" >>"$1" 2>&1 || ret=1
	done
	for f in "${headers[@]}"; do (cd "$T/src" && scripts/kernel-doc -none "$f") >>"$1" 2>&1; done
	return $ret
}

# places: where each file compiles before the series.
places() {
	local f where
	for f in "${files[@]}"; do
		at[$f]=
		for where in ALL X86; do
			if kernel $where W=1 "${f%.c}.o" >"$T/said" 2>&1; then
				at[$f]=$where
				break
			fi
		done
		[ -n "${at[$f]}" ] && continue
		nowhere=$((nowhere + 1))
		echo "$1: $f compiles nowhere before the series"
		tail -n 5 "$T/said"
	done
}

# step PATCH: applies and looks; prints what it found.
step() {
	local word=builds bad new
	if ! (cd "$T/src" && git apply) <"$1"; then
		unbuilt=$((unbuilt + 1))
		echo "does not apply"
		return 1
	fi
	: >"$T/said"
	if ! kernel ARM zImage >"$T/built" 2>&1 || ! compile "$T/said"; then
		unbuilt=$((unbuilt + 1)) word="does not build"
	fi
	warnings "$T/said" >"$T/after"
	{
		comm -13 "$T/before" "$T/after"
		warnings "$T/built" | comm -13 "$T/base" -
	} >"$T/new"
	new=$(wc -l <"$T/new")
	warned=$((warned + new))
	# As standard input: a file that git knows would be taken for source.
	bad=$("$T/src/scripts/checkpatch.pl" --root="$T/src" --strict -q - <"$1" | grep -c '^ERROR:')
	errors=$((errors + bad))
	echo "$word, $(wc -l <"$T/before") warnings before, $(wc -l <"$T/after") after, $new new, $bad errors of checkpatch"
	[ "$word" = builds ] || grep -h -A 3 'error:' "$T/built" "$T/said"
	cat "$T/new"
	[ "$word" != builds ] || mv "$T/after" "$T/before"
}

tree=
declare -A at
for s in "${series[@]}"; do
	s=${s%/}
	wanted=debian-6.1
	[ "${s##*/}" != 6.12 ] || wanted=debian-6.12
	if [ $wanted != "$tree" ]; then
		source_of $wanted || exit 3
		tree=$wanted
		kernel ARM zImage >"$T/built" 2>&1 || { tail "$T/built"; exit 3; }
		warnings "$T/built" >"$T/base"
	fi
	mapfile -t touched < <(sed -n 's|^diff --git a/.* b/||p' "$s"/[0-9]*.patch | sort -u)
	mapfile -t files < <(printf '%s\n' "${touched[@]}" | grep '\.c$')
	mapfile -t headers < <(printf '%s\n' "${touched[@]}" | grep '\.h$')
	places "$s"
	compile "$T/said"
	warnings "$T/said" >"$T/before"
	for p in "$s"/[0-9]*.patch; do
		patches=$((patches + 1))
		step "$p" >"$T/line"
		echo "$s ${p##*/}: $(cat "$T/line")"
	done
	for p in $(printf '%s\n' "$s"/[0-9]*.patch | sort -r); do
		(cd "$T/src" && git apply -R) <"$p" || exit 3
	done
done
echo "$patches patches: $unbuilt do not build, $warned new warnings, $errors errors of checkpatch, $nowhere files compile nowhere"
[ $unbuilt = 0 ] && [ $warned = 0 ] && [ $errors = 0 ] && [ $nowhere = 0 ]

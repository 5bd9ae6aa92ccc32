#!/bin/bash
# tools/history.sh [FOLDER]: a git repository of real kernel history, made of Debian's source package
# linux of this release: each 6.1 point release that the mirror has as one commit and tag (v6.1.176),
# and on top of the newest the patches that Debian puts on it, a commit each with its author, date
# and subject (tag debian/6.1.176-1, branch main). The same packages give the same commits.
# FOLDER is history/ of the kept trees' folder; the repository in it, linux-6.1.git, is made once.
# Exit 77: the mirror cannot be asked, or has too little. Nothing of the machine's apt is changed.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-${DMALAB_CACHE:-/var/cache/dmalab}/history}
repo=$out/linux-6.1.git
mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
mkdir -p "$out"
exec 9>"$out/lock"
flock 9
began=$SECONDS
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 LC_ALL=C TZ=UTC

tell() { # of the repository, as it is
	local newest
	newest=$(git -C "$repo" describe --match 'v*' --abbrev=0 main)
	echo "history.repository $repo"
	echo "history.releases $(git -C "$repo" tag -l 'v*' | sort -V | paste -sd ' ')"
	echo "history.tip $(git -C "$repo" rev-parse main)"
	echo "history.patches $(git -C "$repo" rev-list --count "$newest..main")"
	echo "history.size $(du -sm "$repo" | cut -f1) MB"
}
if [ -e "$out/made" ]; then
	tell
	exit 0
fi

rm -rf "$out"/new.* # of one that was killed
T=$(mktemp -d "$out/new.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "$T/lists/partial" "$T/cache/archives/partial" "$T/got"
key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
printf 'deb-src %s %s %s main\n' "$key" "$mirror/debian" bookworm "$key" "$mirror/debian-security" bookworm-security >"$T/sources.list"
own=(-o "Dir::Etc::sourcelist=$T/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::State::lists=$T/lists"
	-o "Dir::Cache=$T/cache" -o "APT::Sandbox::User=$(id -un)" -o Acquire::Languages=none -o APT::Update::Error-Mode=any
	-o Acquire::http::Timeout=30 -o Acquire::Retries=1 -q)
if ! apt-get "${own[@]}" update >"$T/said" 2>&1; then
	tail -n 3 "$T/said" >&2
	echo "history: no package lists from $mirror" >&2
	exit 77
fi

# get VERSION [OPTION]: its files, in $T/got; apt checks them against the signed lists.
get() { (cd "$T/got" && apt-get "${own[@]}" --only-source --download-only "${@:2}" source "linux=$1" >"$T/said" 2>&1); }

# What a mirror lists it need not have any more. The newest with its patches; the others without.
mapfile -t listed < <(apt-cache "${own[@]}" showsrc --only-source linux 2>"$T/said" | sed -n 's/^Version: \(6\.1\..*\)/\1/p' | sort -urV)
newest='' releases=()
for version in "${listed[@]}"; do
	release=${version%-*}
	[[ " ${releases[*]} " != *" $release "* ]] || continue
	if [ -n "$newest" ]; then
		get "$version" --tar-only || continue
	else
		get "$version" || continue
		newest=$version
	fi
	releases=("$release" "${releases[@]}")
done
if [ ${#releases[@]} -lt 2 ]; then
	echo "history: the mirror lists ${#listed[@]} versions of 6.1, and has ${#releases[@]} of their sources" >&2
	exit 77
fi
echo "history.fetched $((SECONDS - began)) s" >&2

git init -q --bare -b main "$T/repo"
export GIT_DIR=$T/repo GIT_INDEX_FILE=$T/index
export GIT_COMMITTER_NAME='Debian sources' GIT_COMMITTER_EMAIL=debian@sample.invalid
for release in "${releases[@]}"; do
	tars+=("$T/got/linux_$release.orig.tar.xz")
done
python3 tools/import-tar.py "${tars[@]}" | git -c pack.compression=1 fast-import --quiet --depth=0
rm -f "${tars[@]}"
echo "history.imported $((SECONDS - began)) s" >&2

# The queue. A patch without a date has its release's, one without a subject its file's name.
at=$(git rev-parse main) born=$(git log -1 --format=%ct main)
git read-tree "$at"
mkdir "$T/debian"
tar -xf "$T/got/linux_$newest.debian.tar.xz" -C "$T/debian" debian/patches
queue=$T/debian/debian/patches now=$born
field() { sed -n "s/^$1: //p" "$T/info" | head -n 1; }
while read -r name; do
	now=$((now + 1))
	git mailinfo "$T/body" "$T/patch" <"$queue/$name" >"$T/info"
	git apply --cached --whitespace=nowarn "$queue/$name" || { echo "history: $name does not apply" >&2; exit 1; }
	author=$(field Author) mail=$(field Email) date=$(field Date) subject=$(field Subject)
	export GIT_AUTHOR_NAME=${author:-Debian} GIT_AUTHOR_EMAIL=${mail:-debian@sample.invalid} GIT_COMMITTER_DATE="@$now +0000"
	{ echo "${subject:-${name##*/}}" && echo && cat "$T/body"; } >"$T/message"
	tree=$(git write-tree)
	at=$(GIT_AUTHOR_DATE=${date:-@$born +0000} git commit-tree -F "$T/message" -p "$at" "$tree" 2>"$T/said" ||
		GIT_AUTHOR_DATE="@$born +0000" git commit-tree -F "$T/message" -p "$at" "$tree")
done < <(sed -e 's/[[:space:]]*\(#.*\)\{0,1\}$//' -e '/^$/d' "$queue/series")
git update-ref refs/heads/main "$at"
git tag "debian/$newest" "$at"
unset GIT_DIR GIT_INDEX_FILE
git -C "$T/repo" pack-refs --all
git -C "$T/repo" repack -q -d # the patches' objects, which are loose
rm -rf "$repo"
mv "$T/repo" "$repo"
: >"$out/made"
tell
echo "history.took $((SECONDS - began)) s"

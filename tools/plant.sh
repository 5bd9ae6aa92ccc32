#!/bin/bash
# tools/plant.sh REPO NAME MBOX NUMBER: plants the patch in MBOX as the commit behind number NUMBER
# of the patches of tools/history.sh's repository, and lays the later ones on top of it as they are.
# They must not touch its files. Branch NAME of REPO; nothing is checked out, and the same arguments
# give the same commits. Prints "culprit COMMIT", "good COMMIT" and "bad COMMIT", the ends of the range.
set -euo pipefail
repo=$1 name=$2 mbox=$(realpath "$3") number=$4
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-plant.XXXXXX")
trap 'rm -rf "$T"' EXIT
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
export GIT_DIR=$repo GIT_INDEX_FILE=$T/index

newest=$(git describe --match 'v*' --abbrev=0 main)
good=$(git rev-parse "$newest^{commit}")
at=$(git rev-list --reverse "$good..main" | sed -n "${number}p")
[ -n "$at" ] || { echo "plant: there is no patch number $number" >&2; exit 1; }
mapfile -t files < <(sed -n 's|^diff --git a/.* b/||p' "$mbox")
if [ -n "$(git log --format=%h "$at..main" -- "${files[@]}")" ]; then
	echo "plant: later patches touch the same files" >&2
	exit 1
fi

git read-tree "$at"
git apply --cached "$mbox"
git mailinfo "$T/body" "$T/patch" <"$mbox" >"$T/info"
field() { sed -n "s/^$1: //p" "$T/info"; }
now=$(git log -1 --format=%ct "$at")
{ field Subject && echo && cat "$T/body"; } >"$T/message"
culprit=$(GIT_AUTHOR_NAME=$(field Author) GIT_AUTHOR_EMAIL=$(field Email) GIT_AUTHOR_DATE=$(field Date) \
	GIT_COMMITTER_NAME=$(field Author) GIT_COMMITTER_EMAIL=$(field Email) GIT_COMMITTER_DATE="@$now +0000" \
	git commit-tree -F "$T/message" -p "$at" "$(git write-tree)")
git fast-export --no-data --reference-excluded-parents --refspec "refs/heads/main:refs/heads/$name" "$at..main" |
	sed "s/^from $at\$/from $culprit/" | git fast-import --quiet --force
printf 'culprit %s\ngood %s\nbad %s\n' "$culprit" "$good" "$(git rev-parse "refs/heads/$name")"

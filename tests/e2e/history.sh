# Sourced by the tests of bisections, behind lib.sh: histories on the source of the kept tree. They are
# laid into its repository, always the same, without a branch.
export GIT_AUTHOR_NAME=check GIT_AUTHOR_EMAIL=check@sample.invalid GIT_COMMITTER_NAME=check
export GIT_COMMITTER_EMAIL=check@sample.invalid GIT_AUTHOR_DATE='@1000000000 +0000'
export GIT_COMMITTER_DATE='@1000000000 +0000' GIT_INDEX_FILE=$T/index
repo() { git -c safe.directory='*' --git-dir="$REPO" "$@"; }

# lay SUBJECT FILE SED-SCRIPT: the next commit of the history, in $at.
lay() {
	repo cat-file blob ":$2" >"$T/before" && sed "$3" "$T/before" >"$T/after" && ! cmp -s "$T/before" "$T/after" || return 1
	blob=$(repo hash-object -w "$T/after") && repo update-index --cacheinfo "100644,$blob,$2" &&
		at=$(repo commit-tree -m "$1" -p "$at" "$(repo write-tree)") && history+=("$at")
}
history_start() { # [COMMIT]
	REPO=$(dmalab tree --path 2>/dev/null) && at=$(repo rev-parse "${1:-HEAD}") && history=("$at") && repo read-tree "$at"
}
bisect() { dmalab bisect --target virt "$@"; }
store() { sqlite3 -readonly "$T/work/dmalab.db" "$1"; }
said() { tail -n 60 "$T/err"; cat "$T/json"; return 1; }


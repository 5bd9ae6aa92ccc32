#!/bin/bash
# Bisection on real kernels: twelve commits on the kept source, of which one breaks a test, two do
# not compile, and some change nothing of the kernel. They are laid into the repository of the kept
# tree, always the same, without a branch.
. "$(dirname "$0")/lib.sh"
lab_yaml
began=$SECONDS
TEST=dma-nopage-exporter.page_mmap_shows_bytes
REPO=$(dmalab tree --path 2>/dev/null)
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
D=kernel/dma/direct.c C=kernel/dma/contiguous.c P=kernel/dma/pool.c
lay_history() {
	at=$(repo rev-parse HEAD) && history=("$at") && repo read-tree "$at" &&
		lay 'cma: say more of a missing size' $C 's/Config string not provided/The size was not provided/' &&
		lay 'Documentation: one blank line more' Documentation/core-api/dma-api.rst '$a\\' &&
		lay 'dma: pool: call the folder by its name' $P 's/"dma_pools"/"dma-pools"/' &&
		lay 'tg3: a comment' drivers/net/ethernet/broadcom/tg3.c '$a/* the end */' &&
		lay 'cma: count areas' $C 's/^struct cma \*dma_contiguous_default_area;/&\nint cma_count = cma_counted;/' &&
		lay 'dma: pool: call the size by its name' $P 's/"pool_size_kernel"/"pool-size-kernel"/' &&
		lay 'cma: count areas no more' $C '/^int cma_count/d' &&
		lay 'dma-direct: simplify the range check of dma_direct_mmap()' $D 's/if (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/if (user_count + vma->vm_pgoff >= count)/' &&
		lay 'dma-direct: a comment' $D 's|^int dma_direct_mmap(|/* maps a buffer */\n&|' &&
		lay 'dma: pool: call the folder by its old name' $P 's/"dma-pools"/"dma_pools"/' &&
		lay 'Documentation: and another' Documentation/core-api/dma-api.rst '$a\\' &&
		lay 'cma: say less of a missing size' $C 's/The size was not provided/No size/'
}
bisect() { dmalab bisect --target virt "$@"; }
store() { sqlite3 -readonly "$T/work/dmalab.db" "$1"; }
said() { tail -n 60 "$T/err"; cat "$T/json"; return 1; }

ok "a history of twelve commits" lay_history
unset GIT_INDEX_FILE
base=${history[0]} culprit=${history[8]} tip=${history[12]}

# Killed again and again: at each line that it says, as long as it lives that long.
killed=0
kill_often() {
	for after in 1 3 6 12; do
		"$DMALAB" bisect --config "$LAB" --target virt --good "$base" --bad "$tip" --test "$TEST" >"$T/out" 2>"$T/err" &
		pid=$!
		for i in $(seq 1800); do
			[ "$(wc -l <"$T/err")" -ge $after ] || ! kill -0 $pid 2>/dev/null && break
			sleep 0.1
		done
		kill -KILL $pid 2>/dev/null && killed=$((killed + 1))
		wait $pid 2>/dev/null
	done
	[ $killed -ge 3 ]
}
ok "SIGKILL, four times on the way" kill_often
resumed() {
	runs=$(store 'SELECT count(*) FROM bisection_runs') &&
		dmalab bisect --resume --json >"$T/json" 2>"$T/err" || said
}
ok "... and resumed, it finds a culprit" resumed
right() { [ "$(json "$T/json" 'd["state"], d["culprit"]')" = "[\"found\", \"$culprit\"]" ] || said; }
ok "... which is the right one" right
ok "... verified by reverting it" [ "$(json "$T/json" 'd["reverted"]')" = yes ]
ok "... in one bisection, whose ends were run once" [ "$(store 'SELECT count(*) FROM bisections')" = 1 ]
nothing_twice() { # each job is one row
	[ "$(store "SELECT count(*) - count(DISTINCT job_id) FROM bisection_runs WHERE job_id <> ''")" = 0 ] &&
		[ "$(store "SELECT count(*) FROM jobs WHERE outcome = 'done'")" = "$(store "SELECT count(*) FROM bisection_runs WHERE job_id <> ''")" ]
}
ok "... no boot counts twice, and none is lost" nothing_twice
echo "# test failure: $(json "$T/json" '"%d builds, %d runs, %d s" % (d["builds"], d["runs"], d["seconds"])'), killed $killed times"
again() { bisect --good "$base" --bad "$tip" --test "$TEST" 2>&1 | tee "$T/again" | grep -q "^  culprit *$culprit" && ! grep -q -e build: -e boot: "$T/again"; }
ok "the same command again builds and boots nothing" again

replay() { # git's own word on the log; nothing is checked out
	git init -q "$T/replay" && echo "$REPO/objects" >"$T/replay/.git/objects/info/alternates" &&
		git -C "$T/replay" update-ref refs/heads/master "$tip" && git -C "$T/replay" symbolic-ref HEAD refs/heads/master &&
		dmalab bisect --log >"$T/bisect.log" && sed -i '1s/$/ --no-checkout/' "$T/bisect.log" &&
		git -C "$T/replay" bisect replay "$T/bisect.log" >"$T/replayed" 2>&1 || { cat "$T/bisect.log" "$T/replayed"; return 1; }
	grep -q "$culprit is the first bad commit" "$T/replayed" || { cat "$T/bisect.log" "$T/replayed"; return 1; }
}
ok "git replays the log, and comes to the same" replay

broken() {
	bisect --good "${history[2]}" --bad "${history[6]}" --build --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"]')" = "${history[5]}" ] && [ "$(json "$T/json" 'd["reverted"]')" = yes ] || said
}
ok "the commit that broke the build" broken
echo "# build break: $(json "$T/json" '"%d builds, %d runs, %d s" % (d["builds"], d["runs"], d["seconds"])')"
was_bad() {
	bisect --good "${history[9]}" --bad "$tip" --test "$TEST" --json >"$T/json" 2>"$T/err"
	[ $? = 1 ] && [ "$(json "$T/json" 'd["state"]')" = was-bad ] || said
}
ok "a good end that is bad is said to be" was_bad
never_bad() {
	bisect --good "$base" --bad "${history[1]}" --build --json >"$T/json" 2>"$T/err"
	[ $? = 1 ] && [ "$(json "$T/json" 'd["state"]')" = never-bad ] || said
}
ok "... and so is a bad end that is good" never_bad
mended() {
	bisect --bad "${history[6]}" --good "${history[8]}" --build --fixed --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"]')" = "${history[7]}" ] && [ "$(json "$T/json" 'd["reverted"]')" = yes ] || said
}
ok "backwards: the commit that mended the build" mended
wrong() { # CODE WORDS ARGUMENT…
	bisect "${@:3}" >"$T/out" 2>&1
	[ $? = "$1" ] && grep -q -e "$2" "$T/out" || { cat "$T/out"; return 1; }
}
ok "ends the wrong way round are wrong use" wrong 2 'no ancestor' --good "$tip" --bad "$base" --build
ok "... an unknown commit too" wrong 2 "no commit 'nowhere'" --good nowhere --bad "$tip" --build
ok "... and nothing to look for" wrong 2 'is missing' --good "$base" --bad "$tip"
ok "the list has them all" test "$(dmalab bisect --list | wc -l)" = 6
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
echo "# took: $((SECONDS - began)) s, $(store 'SELECT count(*) FROM builds') builds, $(store 'SELECT count(*) FROM jobs') boots"
echo "1..$n"

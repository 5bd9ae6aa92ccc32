#!/bin/bash
# A watched tree: commits that come by a fetch are tested by the agent, and what they break is bisected by
# itself. The tree is a repository on this machine, made of the kept tree's source.
. "$(dirname "$0")/lib.sh"
. "$here/history.sh"
lab_yaml "s|^  retries:.*|  retries: 0|"
began=$SECONDS
TEST=dma-nopage-exporter.page_mmap_shows_bytes
D=kernel/dma/direct.c C=kernel/dma/contiguous.c P=kernel/dma/pool.c
UP=$T/upstream.git
upstream() { git -c safe.directory='*' --git-dir="$UP" update-ref refs/heads/main "$1"; }
lay_history() {
	history_start &&
		lay 'cma: say more of a missing size' $C 's/Config string not provided/The size was not provided/' &&
		lay 'dma: pool: call the folder by its name' $P 's/"dma_pools"/"dma-pools"/' &&
		lay 'Documentation: one blank line more' Documentation/core-api/dma-api.rst '$a\\' &&
		lay 'dma-direct: simplify the range check of dma_direct_mmap()' $D 's/if (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/if (user_count + vma->vm_pgoff >= count)/' &&
		lay 'cma: say less of a missing size' $C 's/The size was not provided/No size/' &&
		lay 'dma: pool: call the size by its name' $P 's/"pool_size_kernel"/"pool-size-kernel"/' || return 1
	git init -q --bare -b main "$UP" && echo "$REPO/objects" >"$UP/objects/info/alternates" && upstream "${history[0]}"
}
ok "a repository of six commits, of which the first is there" lay_history
unset GIT_INDEX_FILE
culprit=${history[4]} tip=${history[6]}
sed -i -e "/^configs:/i\\  watched: { source: \"git:file://$UP\", ref: main, depth: 0, limit_mb: 4096, every: 1 }" \
	-e "/^plans:/a\\  watched: { targets: [virt] }" -e "\$a\\watch:\\n  ours: { tree: watched, plan: watched }" "$LAB"

once() { dmalab agent --once >"$T/out" 2>&1 || { cat "$T/out"; return 1; }; }
count() { store "SELECT count(*) FROM $1"; }
boots() { count "jobs WHERE build_id IN (SELECT b.id FROM builds b JOIN checkouts c ON c.id = b.checkout_id)"; }
ok "the agent fetches it, and tests what is there" once
ok "... which is its word for it" grep -q "ours: ${history[0]:0:12} is tested: 0 regressions" "$T/out"
first=$(boots)
ok "... on the plan's target" [ "$first" -ge 1 ]
idle() { once && [ "$(boots)" = "$first" ] && ! grep -q tested "$T/out"; }
ok "what is tested is not tested again" idle

# The agent dies in the middle of what it found, and another goes on.
die() {
	upstream "$tip"
	"$DMALAB" agent --config "$LAB" >"$T/out" 2>&1 &
	local pid=$! i
	for i in $(seq 1800); do
		[ "$(count bisection_runs)" -lt 4 ] || break
		kill -0 $pid 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL $pid && wait $pid 2>/dev/null
	[ "$(count "bisections WHERE state = 'running' AND watch = 'ours'")" -ge 1 ] || { cat "$T/out"; return 1; }
}
ok "five more commits come, and the agent begins a bisection by itself; SIGKILL" die
ok "... and the next one ends it" once
found() {
	dmalab bisect --list --json >"$T/json" && [ "$(json "$T/json" '[(b["state"], b["culprit"], b["reverted"]) for b in d if b["subject"] == "'$TEST'"]')" = "[[\"found\", \"$culprit\", \"yes\"]]" ] ||
		{ cat "$T/json" "$T/out"; return 1; }
}
ok "... with the commit that did it, verified by a revert" found
ok "... said in the agent's log" grep -q "found: ${culprit:0:12} dma-direct: simplify the range check" "$T/out"
ok "... and by dmalab query" bash -c "'$DMALAB' query --config '$LAB' bisections | grep -q 'found .*$TEST'"
regzbot() { dmalab bisect --resume "$(store "SELECT num FROM bisections WHERE subject = '$TEST'")" | grep -qF "#regzbot introduced: $culprit^..$culprit"; }
ok "... and for regzbot" regzbot
ok "each commit has its odds in the store" [ "$(store "SELECT \"commit\" FROM bisection_commits WHERE odds > 0.9 AND bisection = (SELECT num FROM bisections WHERE subject = '$TEST')")" = "$culprit" ]
second=$(boots) searches=$(count bisections)
quiet() { once && [ "$(boots)" = "$second" ] && [ "$(count bisections)" = "$searches" ]; }
ok "what is known to be bad is no news" quiet
masked() { # as if the commit before the culprit were the last
	dmalab known add "$TEST" --until 2100-01-01 --why seen &&
		sqlite3 "$T/work/dmalab.db" "UPDATE watches SET \"commit\" = '${history[3]}'" && once &&
		grep "ours: ${tip:0:12} is tested: 0 regressions" "$T/out"
}
ok "a known issue is no news" masked
wrong() { sed 's/tree: watched, plan/tree: nowhere, plan/' "$LAB" >"$T/wrong.yaml" && ! dmalab queue --config "$T/wrong.yaml" >"$T/out" 2>&1 && grep -q "watch.ours: tree 'nowhere' is not one of trees" "$T/out"; }
ok "a watch of a tree that is none is wrong" wrong
echo "# took: $((SECONDS - began)) s, $(count builds) builds, $(count jobs) boots, $searches bisections"
echo "1..$n"

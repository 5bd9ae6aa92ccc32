#!/bin/bash
# The commands around a test: tree, list, show, doctor, help; and what is left behind.
. "$(dirname "$0")/lib.sh"
lab_yaml
S=$top/tests/series

contains() { # PATTERN COMMAND…
	pattern=$1
	shift
	"$@" >"$T/out" 2>&1 && grep -q -e "$pattern" "$T/out" || { cat "$T/out"; return 1; }
}

ok "--version" contains '^dmalab [0-9]' "$DMALAB" --version
ok "help lists the commands" contains 'doctor' "$DMALAB" help
ok "help of a command has examples" contains 'dmalab test --mbox' "$DMALAB" help test
ok "--help of a command is its help" contains 'dmalab show' "$DMALAB" show --help
ok "doctor finds all well" contains '^ok ' dmalab doctor
tree_path() { [ "$(git -c safe.directory='*' -C "$(dmalab tree --path)" rev-parse HEAD)" = "$(dmalab tree --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["base"])')" ]; }
ok "tree --path is a repository whose HEAD is the base" tree_path
another_tree() { # one that this machine has never had
	sed 's|debian-6.12|debian-9.9|; s|linux-source-6.12|linux-source-9.9|' "$LAB" >"$T/other.yaml"
	LAB=$T/other.yaml dmalab tree >"$T/trees" && grep -q '^debian-6.1 .*repo.git$' "$T/trees" && grep -q '^debian-9.9 .*not imported' "$T/trees" &&
		LAB=$T/other.yaml dmalab tree --json >"$T/trees" && [ "$(json "$T/trees" '[t["base"] for t in d][1]')" = null ] || { cat "$T/trees"; return 1; }
}
ok "a tree that nobody asked for is not imported, and may be missing" another_tree
missing_tree() {
	LAB=$T/other.yaml dmalab tree debian-9.9 2>"$T/err"
	[ $? = 2 ] && grep -q "linux-source-9.9" "$T/err"
}
ok "... but not where it is asked for" missing_tree
ok "list of nothing is silent" bash -c "[ -z \"\$($DMALAB list --config $LAB 2>&1)\" ]"

conflict() { dmalab test --mbox "$S/conflict.mbox" >"$T/text" 2>&1; [ $? = 1 ] && grep -q '^verdict: fail' "$T/text"; }
ok "a test leaves a verdict" conflict
ok "list shows it" contains 'fail' dmalab list
show() {
	id=$(dmalab list --json | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["id"])')
	dmalab show "${id:0:8}" --json >"$T/show.json" &&
		[ "$(json "$T/show.json" 'd["verdict"] == "fail" and d["reasons"][0]["kind"] == "apply-conflict"')" = true ]
}
ok "show finds it by the beginning of its id" show
ok "no folder of a run is left" bash -c "! ls -d $T/work/runs/run-* 2>/dev/null"

# interrupted SIGNAL SECONDS: a test that is stopped ends in time, with 3, and leaves nothing.
interrupted() {
	mkdir -p "$T/tmp"
	"$DMALAB" test --config "$LAB" --mbox "$S/hang.mbox" >"$T/out" 2>&1 &
	pid=$!
	for i in $(seq 600); do
		grep -q "$2" "$T/out" && break
		sleep 0.1
	done
	sleep 1
	kill -"$1" $pid
	wait $pid
	code=$?
	cat "$T/out"
	[ $code = "$3" ]
}
nothing_left() {
	sleep 1
	left=$(pgrep -f "$T/work" || true)
	[ -z "$left" ] || { ps -fp $left; return 1; }
}
ok "Ctrl-C while it builds: no verdict" interrupted INT 'build: patch' 3
ok "... nothing runs on" nothing_left
ok "... no folder of the run is left" bash -c "! ls -d $T/work/runs/run-* 2>/dev/null"
ok "Ctrl-C while it boots: no verdict" interrupted INT 'boot: patched' 3
ok "... nothing runs on" nothing_left
ok "SIGKILL while it boots" interrupted KILL 'boot: patched' 137
ok "... nothing runs on" nothing_left
ok "... the store is whole" contains 'ok   store' dmalab doctor
killed_often() {
	for after in 0.3 1 2 3.5 5 7 9; do # conflict-fix wants another base: worktree and objects are on the move
		"$DMALAB" test --config "$LAB" --mbox "$S/conflict-fix.mbox" >"$T/out" 2>&1 &
		pid=$!
		sleep $after
		kill -KILL $pid 2>/dev/null
		wait $pid
	done
	dmalab test --mbox "$S/conflict-fix.mbox" >"$T/out" 2>&1 && dmalab test --mbox "$S/good.mbox" >>"$T/out" 2>&1 || { cat "$T/out"; return 1; }
}
ok "SIGKILL at seven moments, a base being switched: the next run goes on" killed_often
ok "... the store is whole still" contains 'ok   store' dmalab doctor
leftovers() {
	repo=$(dmalab tree --path)
	apply=$(dirname "$repo")/apply
	git=$(sed 's/gitdir: //' "$apply/.git")
	mkdir -p "$git/rebase-apply" && touch "$git/index.lock" "$git/rebase-apply/applying" "$apply/Makefile" &&
		dmalab test --mbox "$S/conflict.mbox" >"$T/out" 2>&1
	[ $? = 1 ] && grep -q 'apply-conflict: patch 2' "$T/out"
}
ok "what a killed run left in a worktree is not the patch's fault" leftovers
goes_on() { dmalab test --mbox "$S/good.mbox" >"$T/out" 2>&1 || { cat "$T/out"; return 1; }; ! ls -d "$T"/work/runs/run-* 2>/dev/null; }
ok "the next run goes on and sweeps up" goes_on
echo "1..$n"

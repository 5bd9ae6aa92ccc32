#!/bin/bash
# Bisection in real history: Debian's point releases and patch queue (tools/history.sh), with a
# regression planted among the patches. KINDS names those that are searched for. The crash is also
# searched for by hand, from the same kernel tree and ccache. Needs Debian's mirror once. FROM is the
# number of the patch that is the good end, 0 the point release: behind 42, the last that changes
# a header that most files include, there are fewer whole builds.
. "$(dirname "$0")/lib.sh"
KINDS=${KINDS:-crash build failure flaky}
FROM=${FROM:-0} PLACE=${PLACE:-100} RATIO=${RATIO:-1.3}
lab_yaml
cache=$(dmalab tree --path 2>/dev/null) && cache=${cache%/trees/*}
history=$cache/history/linux-6.1.git
declare -A mbox=([crash]=crash [build]=build-break [failure]=failure [flaky]=flaky-crash)
declare -A shows=([crash]=--boot [build]=--build [flaky]=--boot [failure]='--test dma-nopage-exporter.page_mmap_shows_bytes')
declare -A good bad culprit

nice -n 10 "$top/tools/history.sh" "$cache/history" >"$T/made" 2>&1
code=$?
sed 's/^/# /' "$T/made"
if [ $code = 77 ]; then
	for kind in $KINDS; do skip "a $kind among real commits" "there is no history here"; done
	echo "1..$n"
	exit 0
fi
ok "a history of real commits is there" [ $code = 0 ]

# All of them in one repository, below one commit; the same each time.
plant() {
	local tips=() kind to
	for kind in $KINDS; do
		"$top/tools/plant.sh" "$history" "planted-$kind" "$top/tests/series/${mbox[$kind]}.mbox" "$PLACE" >"$T/$kind" || return 1
		culprit[$kind]=$(sed -n 's/^culprit //p' "$T/$kind")
		good[$kind]=$(sed -n 's/^good //p' "$T/$kind")
		[ "$FROM" = 0 ] || good[$kind]=$(git -C "$history" rev-list --reverse "${good[$kind]}..main" | sed -n "${FROM}p")
		bad[$kind]=$(sed -n 's/^bad //p' "$T/$kind")
		tips+=(-p "${bad[$kind]}")
	done
	export GIT_AUTHOR_NAME=soak GIT_AUTHOR_EMAIL=soak@sample.invalid GIT_COMMITTER_NAME=soak GIT_COMMITTER_EMAIL=soak@sample.invalid \
		GIT_AUTHOR_DATE='@1000000000 +0000' GIT_COMMITTER_DATE='@1000000000 +0000'
	to=$(git -C "$history" commit-tree -m planted "${tips[@]}" 'main^{tree}') || return 1
	git -C "$history" update-ref refs/heads/planted "$to"
	lab_yaml "/^configs:/i\\  history: { source: \"git:file://$history\", ref: planted, depth: 0, limit_mb: 4096, every: 10 }"
}
ok "regressions are planted: ${KINDS// /, }" plant
real() { # commits of Debian's in the range
	for kind in $KINDS; do
		[ "$(git -C "$history" rev-list "${good[$kind]}..${bad[$kind]}" | grep -vc "${culprit[$kind]}")" -ge 100 ] || return 1
	done
}
ok "... each among at least 100 real commits" real

# The kept pair of the tree is at the newest real commit for hand and lab alike.
warm() { dmalab build --tree history --target virt --out "$T/built" >"$T/out" 2>&1 || { cat "$T/out"; return 1; }; }
ok "the newest of them is built" warm
repo=$(dmalab tree history --path 2>/dev/null)
commits() { # how many of the real ones change a file that config arm compiles
	find "$(dirname "$repo")/arm/obj" -name '.*.cmd' -exec grep -ohE '/src/[^ )]+' {} + | sed 's|^/src/||' | sort -u >"$T/compiled"
	git -C "$history" log --format='commit %h' --name-only "${good[$1]}..main" |
		awk 'NR == FNR { c[$0] = 1; next } /^commit / { n++; if (hit) k++; hit = 0; next } $0 in c { hit = 1 }
			END { if (hit) k++; printf "%d real commits, of which %d change a file that config arm compiles\n", n, k }' "$T/compiled" -
}
echo "# $(commits "${KINDS%% *}")"

# Both start with both ends in the ccache, and the kept pair at the good one. The store is another.
ends() { # KIND
	sed "s|^work_dir:.*|work_dir: $T/unmeasured|" "$LAB" >"$T/unmeasured.yaml"
	"$DMALAB" bisect --config "$T/unmeasured.yaml" --tree history --target virt --good "${good[$1]}" --bad "${bad[$1]}" --run /bin/false >"$T/out" 2>&1
	[ $? = 1 ] && grep -q ': was-bad$' "$T/out" || { cat "$T/out"; return 1; }
}
by_hand() { # KIND
	[ "$("$top/bench/bisect-hand.sh" "${good[$1]}" "${bad[$1]}" "$(dirname "$repo")/arm" "$repo" "$T/built/arm" boot)" = "${culprit[$1]}" ]
}
hand() { sed -n "s/^$1 //p" "$T/built/arm/figures"; }
search() { # KIND
	local from=$EPOCHREALTIME
	# shellcheck disable=SC2086 # words
	dmalab bisect --tree history --target virt --good "${good[$1]}" --bad "${bad[$1]}" ${shows[$1]} --json >"$T/json" 2>"$T/err"
	seconds=$(echo "$from $EPOCHREALTIME" | awk '{ printf "%.1f", $2 - $1 }')
	[ "$(json "$T/json" 'd["state"], d["culprit"], d["reverted"]')" = "[\"found\", \"${culprit[$1]}\", \"yes\"]" ] ||
		{ tail -n 60 "$T/err"; cat "$T/json"; return 1; }
}
within() { awk -v a="$seconds" -v b="$(hand seconds)" -v most="$RATIO" 'BEGIN { exit !(a <= most * b) }'; }
for kind in $KINDS; do
	if [ "$kind" = crash ]; then
		ok "both ends of the crash are built once, unmeasured" ends crash
		ok "the crash is found by hand" by_hand crash
		echo "# bisect.hand.crash seconds $(hand seconds) builds $(hand builds) boots $(hand boots)"
	fi
	ok "dmalab finds the planted $kind, and verifies it by a revert" search "$kind"
	echo "# bisect.real.$kind seconds $seconds builds $(json "$T/json" 'd["builds"]') boots $(json "$T/json" 'd["runs"]') odds $(json "$T/json" 'round(d["odds"], 3)')"
	if [ "$kind" = crash ]; then
		echo "# bisect.real.crash.ratio $(awk -v a="$seconds" -v b="$(hand seconds)" 'BEGIN { if (b > 0) printf "%.2f", a / b }')"
		ok "... in at most $RATIO times what the hand takes" within
	fi
done
echo "1..$n"

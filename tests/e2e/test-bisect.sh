#!/bin/bash
# Bisection on real kernels: twelve commits on the kept source, of which one breaks a test and two do
# not compile, and some change nothing of the kernel. They are laid into the repository of the kept
# tree, always the same, without a branch.
. "$(dirname "$0")/lib.sh"
. "$here/history.sh"
lab_yaml "s|^  retries:.*|  retries: 0|"
began=$SECONDS
TEST=dma-nopage-exporter.page_mmap_shows_bytes
D=kernel/dma/direct.c C=kernel/dma/contiguous.c P=kernel/dma/pool.c
lay_history() {
	history_start &&
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
# The culprit among commits that do not compile; one that another commit builds on; one that crashes.
lay_others() {
	bad='s/if (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/if (user_count + vma->vm_pgoff >= count)/'
	at=${history[0]} && repo read-tree "$at" &&
		lay 'cma: count areas' $C 's/^struct cma \*dma_contiguous_default_area;/&\nint cma_count = cma_counted;/' &&
		lay 'dma-direct: simplify the range check' $D "$bad" &&
		lay 'cma: count areas no more' $C '/^int cma_count/d' && hidden=$at &&
		at=${history[0]} && repo read-tree "$at" &&
		lay 'dma-direct: simplify the range check' $D "$bad" && first=$at &&
		lay 'dma-direct: write the range check the other way round' $D 's/if (user_count + vma->vm_pgoff >= count)/if (count <= user_count + vma->vm_pgoff)/' && built_on=$at &&
		at=${history[0]} && repo read-tree "$at" &&
		lay 'cma: say less of a missing size' $C 's/Config string not provided/No size/' &&
		lay 'dma-direct: count' $D 's/^\tif (vma->vm_pgoff >= count || /\tBUG();\n&/' && crash=$at
}
# A branch with the culprit on it, merged behind two commits of the main line; and a series with it.
lay_merge() {
	bad='s/if (vma->vm_pgoff >= count || user_count > count - vma->vm_pgoff)/if (user_count + vma->vm_pgoff >= count)/'
	local base=${history[0]} main
	at=$base && repo read-tree "$at" &&
		lay 'dma: pool: call the folder by its name' $P 's/"dma_pools"/"dma-pools"/' &&
		lay 'cma: say less of a missing size' $C 's/Config string not provided/No size/' && main=$at &&
		at=$base && repo read-tree "$at" &&
		lay 'dma-direct: a comment' $D 's|^int dma_direct_mmap(|/* maps a buffer */\n&|' &&
		lay 'dma-direct: simplify the range check' $D "$bad" && branch=$at &&
		repo read-tree "$main" && repo read-tree -m -i --aggressive "$base" "$main" "$branch" &&
		merge=$(repo commit-tree -m 'Merge the branch' -p "$main" -p "$branch" "$(repo write-tree)") && at=$merge &&
		lay 'dma: pool: call the size by its name' $P 's/"pool_size_kernel"/"pool-size-kernel"/' && merged=$at &&
		at=$(repo commit-tree -m 'Merge the main line' -p "$branch" -p "$main" "$merge^{tree}") && repo read-tree "$at" &&
		lay 'dma: pool: call the size by its name' $P 's/"pool_size_kernel"/"pool-size-kernel"/' && crossed=$at &&
		repo -c core.attributesFile=/dev/null format-patch --stdout --no-signature "$base..$branch" >"$T/series.mbox" && [ -s "$T/series.mbox" ]
}
ok "a history of twelve commits" lay_history
ok "... and three short ones" lay_others
ok "... and one with a merge" lay_merge
unset GIT_INDEX_FILE
base=${history[0]} culprit=${history[8]} tip=${history[12]}

# Killed again and again, behind so many lines that it says (KILLS), as long as it lives that long.
killed=0
kill_often() {
	for after in ${KILLS:-1 3 6 12}; do
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
regzbot() { dmalab bisect --resume "$(store 'SELECT max(num) FROM bisections')" | grep -qF "#regzbot introduced: $culprit^..$culprit"; }
ok "... with what regzbot wants to be told" regzbot
ok "... in one bisection, whose ends were run once" [ "$(store 'SELECT count(*) FROM bisections')" = 1 ]
nothing_twice() { # each job is one row
	[ "$(store "SELECT count(*) - count(DISTINCT job_id) FROM bisection_runs WHERE job_id <> ''")" = 0 ] &&
		[ "$(store "SELECT count(*) FROM jobs WHERE outcome = 'done'")" = "$(store "SELECT count(*) FROM bisection_runs WHERE job_id <> ''")" ]
}
ok "... no boot counts twice, and none is lost" nothing_twice
echo "# test failure: $(json "$T/json" '"%d builds, %d runs, %d s" % (d["builds"], d["runs"], d["seconds"])'), killed $killed times"
again() { bisect --good "$base" --bad "$tip" --test "$TEST" 2>&1 | tee "$T/again" | grep -q "^  culprit *$culprit" && ! grep -q -e build: -e boot: "$T/again"; }
ok "the same command again builds and boots nothing" again

pty='import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
picture() {
	python3 -c "$pty" "$DMALAB" bisect --config "$LAB" --target virt --good "$base" --bad "$tip" --test "$TEST" --anew >"$T/tty" 2>&1 </dev/null
	grep -aq ' of 12 commits left, about [0-9]' "$T/tty" && grep -aq ' \[.*[@#].*\]' "$T/tty" || { cat "$T/tty"; return 1; }
	! grep -aq -e 'commits left,.*about' -e "$(printf '\033')" "$T/again" || { cat "$T/again"; return 1; }
}
ok "on a terminal it is a picture with the time that is left, and nowhere else" picture

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
range_left() {
	bisect --good "$base" --bad "$hidden" --test "$TEST" >"$T/json" 2>"$T/err"
	[ $? = 1 ] && grep -q ': range$' "$T/json" && grep -q '3 of 3 commits' "$T/json" && [ "$(grep -c 'does not build' "$T/json")" = 2 ] || said
}
ok "a culprit among commits that do not build: the range is named, and nobody blamed" range_left
unrevertable() {
	bisect --good "$base" --bad "$built_on" --test "$TEST" --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"]')" = "[\"$first\", \"unrevertable\"]" ] || said
}
ok "a culprit that does not revert is blamed, and that is said" unrevertable
crashes() { # ARGUMENT…
	bisect --good "$base" --bad "$crash" --test "$TEST" "$@" --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"]')" = "[\"$crash\", \"yes\"]" ] || said
}
ok "a crash, as a boot that does not come to its end" crashes --boot
signature() { store "SELECT id FROM issues WHERE title LIKE '%BUG%' OR title LIKE '%dma_direct_mmap%' ORDER BY num LIMIT 1"; }
by_signature() { crashes --signature "$(signature | cut -c 1-12)" && ! grep -q -e build: -e boot: "$T/err"; }
ok "... and by its signature, of boots that are known" by_signature
on_branch() { # which lies before the good commits of the other, as git lists them
	bisect --good "$base" --bad "$crossed" --test "$TEST" --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"], d["range"]')" = "[\"$branch\", \"yes\", 6]" ] || said
}
ok "a culprit with a branch merged behind it" on_branch
by_merge() {
	bisect --good "$base" --bad "$merged" --test "$TEST" --first-parent --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"], d["range"]')" = "[\"$merge\", \"yes\", 4]" ] || said
}
ok "by first parents, a merge that brought one" by_merge
of_series() {
	bisect --series "$T/series.mbox" --test "$TEST" --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["state"], d["title"], d["reverted"], d["range"]')" = '["found", "dma-direct: simplify the range check", "yes", 2]' ] || said
}
ok "the patch of a series" of_series
untouched() { ! git -c safe.directory='*' -C "$(dirname "$REPO")/arm/src" merge-base --is-ancestor "$(json "$T/json" 'd["bad"]')^" HEAD; }
ok "... which was never in the kept source: nobody trusts it" untouched
cat >"$T/program" <<-'END'
	#!/bin/sh
	timeout 60 qemu-system-arm -M virt -cpu cortex-a15 -m 1G -display none -monitor none -serial stdio -nic none -no-reboot \
		-kernel "$1/zImage" -dtb "$1/virt.dtb" -initrd "$1/initramfs.cpio.gz" </dev/null 2>&1 \
		-append 'console=ttyAMA0 mem=192M cma=4M panic=-1 oops=panic kunit.filter_glob=dma-nopage-exporter.page_mmap_shows_bytes' |
		tee "$0.console" | grep -q 'not ok .*page_mmap' && exit 1
	grep -q 'ok .*page_mmap' "$0.console" || exit 125
END
chmod +x "$T/program"
by_program() {
	bisect --good "${history[7]}" --bad "${history[9]}" --run "$T/program" --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"]')" = "[\"$culprit\", \"yes\"]" ] || said
}
ok "a program says which is bad" by_program
echo "# program: $(json "$T/json" '"%d builds, %d runs, %d s" % (d["builds"], d["runs"], d["seconds"])')"
# A QEMU that does a few boots and no more: the lab fails in the middle, and nothing is said of a commit.
mkdir "$T/bin"
for d in /usr/local/bin /usr/bin /bin /usr/sbin /sbin; do
	for f in "$d"/*; do
		case ${f##*/} in qemu-*) ;; *) [ -e "$T/bin/${f##*/}" ] || ln -s "$f" "$T/bin/${f##*/}" ;; esac
	done
done
cat >"$T/bin/qemu-system-arm" <<-END
	#!/bin/sh
	[ -e "$T/broken" ] && exit 1
	exec $(command -v qemu-system-arm) "\$@"
END
chmod +x "$T/bin/qemu-system-arm"
without_qemu() {
	local before
	before=$(store 'SELECT max(num) FROM bisections')
	(
		for _ in $(seq 3000); do
			[ "$(store "SELECT count(*) FROM bisection_runs WHERE bisection > $before")" -lt 3 ] || break
			sleep 0.1
		done
		: >"$T/broken"
	) &
	(PATH=$T/bin; bisect --good "${history[7]}" --bad "${history[10]}" --test "$TEST" >"$T/json" 2>"$T/err")
	[ $? = 3 ] && [ "$(store "SELECT state FROM bisections ORDER BY num DESC LIMIT 1")" = running ] || said
	[ "$(store "SELECT count(*) FROM bisection_runs WHERE bisection = (SELECT max(num) FROM bisections)")" -ge 3 ] || said
}
ok "a lab that fails ends it for now" without_qemu
with_qemu() {
	dmalab bisect --resume --json >"$T/json" 2>"$T/err" || said
	[ "$(json "$T/json" 'd["culprit"], d["reverted"]')" = "[\"$culprit\", \"yes\"]" ] || said
}
ok "... and it goes on when the lab is well" with_qemu
wrong() { # CODE WORDS ARGUMENT…
	bisect "${@:3}" >"$T/out" 2>&1
	[ $? = "$1" ] && grep -q -e "$2" "$T/out" || { cat "$T/out"; return 1; }
}
ok "ends the wrong way round are wrong use" wrong 2 'no ancestor' --good "$tip" --bad "$base" --build
ok "... an unknown commit too" wrong 2 "no commit 'nowhere'" --good nowhere --bad "$tip" --build
ok "... and nothing to look for" wrong 2 'is missing' --good "$base" --bad "$tip"
ok "... and a signature that no boot has shown" wrong 2 'no report' --good "$base" --bad "$crash" --signature 0123456789
ok "the list has them all" test "$(dmalab bisect --list | wc -l)" = 16
ok "the store is whole" test "$(store 'PRAGMA integrity_check')$(store 'PRAGMA foreign_key_check')" = ok
echo "# took: $((SECONDS - began)) s, $(store 'SELECT count(*) FROM builds') builds, $(store 'SELECT count(*) FROM jobs') boots"
echo "1..$n"

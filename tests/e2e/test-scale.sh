#!/bin/bash
# Builds that scale out: machines that share a ccache, and two compile nodes of icecc. Each node is
# a network of its own here, joined to this test's by a cable of its own, so that it has an address
# of its own as it has in a lab: icecc takes what has ours for us. All of it ends with the test.
if [ "$(id -u)" = 0 ] && [ -z "${SCALE_INSIDE:-}" ]; then
	exec unshare --net --mount env SCALE_INSIDE=1 "$0" "$@"
fi
. "$(dirname "$0")/lib.sh"
pids=

down() {
	local p=$pids
	pids=
	# shellcheck disable=SC2086 # a list
	[ -z "$p" ] || { kill $p; wait $p; } 2>/dev/null
	return 0
}
trap 'down; finish' EXIT

# A tree that knows the goals of the kernel's build, of 33 files that take a while each.
tiny_tree() {
	local i j
	chmod 755 "$T" && cp -r "$top/tests/fixtures/build/tiny" "$T/tiny" &&
		cp -r "$top/tests/fixtures/build/kernel-tests" "$T" && cd "$T/tiny" || return 1
	for i in $(seq 30); do
		echo "int f$i(int a) {"
		for j in $(seq 200); do echo "a = a * $((i * j)) + (a >> $((j % 13)));"; done
		echo "return a; }"
	done | split -l 202 --numeric-suffixes=1 --additional-suffix=.c - f
	sed -i -e '1i VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 0' -e 's/-Wall -c/-Wall -O2 -c/' \
		-e 's|^$(boot)/zImage: .*|$(boot)/zImage: $(patsubst %.c,$(obj)/%.o,$(wildcard *.c))|' Makefile
	git init -q . && git add -A && git -c user.name=t -c user.email=t@example.org commit -q -m tiny
	mkdir "$T/kernel-tests/tree" "$T/patches" "$T/shared" && chmod 777 "$T/shared"
	echo 'int tests;' >"$T/kernel-tests/tree/tests.c"
	sed -i '1i /* hooked */' main.c && git diff >"$T/kernel-tests/hooks-6.1.patch" && git checkout -q main.c
	cp "$top/kernel-tests/suites.yaml" "$T/kernel-tests"
}

# machine NAME [COMPILE]: a machine with a store and a cache of its own.
machine() {
	cat >"$T/$1.yaml" <<-END
		version: 1
		work_dir: work-$1
		cache_dir: cache-$1
		jobs: $top/jobs
		fix: none
		trees:
		  tiny: { source: "git:file://$T/tiny" }
		configs:
		  tiny:
		    architecture: arm
		    cross_compile: arm-linux-gnueabihf-
		    fragments: [base.config, tests.config]
		    goals: [zImage, board.dtb]
		targets:
		  board: { config: tiny, dtb: board.dtb, overlay: board.dtso }
		labs:
		  local: { driver: lava-run }
		${2:+compile: $2}
	END
	LAB=$T/$1.yaml
	(cd "$T" && timeout 200 "$DMALAB" build --config "$LAB" --target board --out "$T/out-$1" --json >"$T/$1.json")
}
stat_of() { CCACHE_DIR=$T/cache-$1/ccache ccache --print-stats | sed -n "s/^$2\t//p"; }
has() { [ "$(stat_of "$1" "$2")" = "$3" ] || { echo "$2: $(stat_of "$1" "$2"), not $3" && false; }; }
objects() { (cd "$(dirname "$(find "$T/cache-$1" -name main.o)")" && sha256sum ./*.o); }
# same ONE TWO: kernel, device tree, initramfs and each object.
same() { diff -r "$T/out-$1" "$T/out-$2" && diff <(objects "$1") <(objects "$2") && [ "$(objects "$1" | wc -l)" = 33 ]; }
build_id() { json "$T/$1.json" 'd["builds"][0]["id"]'; }
same_id() { [ -n "$(build_id "$1")" ] && [ "$(build_id "$1")" = "$(build_id "$2")" ]; }

ok "a tree is there" tiny_tree
ok "a machine builds alone" machine alone
ok "one that shares its ccache builds" machine one "{ ccache: shared }"
ok "... and shares all of it" has one remote_storage_write 66
ok "a second one builds" machine two "{ ccache: shared }"
ok "... compiles nothing" has two cache_miss 0
ok "... as all was there" has two remote_storage_hit 33
ok "... and it is the same byte for byte" same alone two
ok "... and the same build by its id" same_id alone two

start() { # COMMAND…: ends with the test
	"$@" </dev/null >>"$T/started" 2>&1 &
	pids="$pids $!"
}
# A node takes jobs only while it has processor time to spare, by /proc/stat. What else this
# machine does is not the matter here: the nodes read of a machine that idles.
idle() {
	local i=1
	while sleep 0.5; do
		i=$((i + 1))
		printf 'cpu  %010d 0 %010d %010d 0 0 0 0 0 0\n' $i $i $((i * 1000)) | dd of="$T/stat" conv=notrunc status=none
	done
}
nodes_up() {
	local i pid own
	own=$(readlink /proc/self/ns/net)
	ip link set lo up && mount -t tmpfs -o mode=755 tmpfs /run && mount -t tmpfs -o mode=755 tmpfs /var/cache/icecc &&
		mkdir /run/icecc "$T/1" "$T/2" && chown icecc /run/icecc /var/cache/icecc "$T/1" "$T/2" || return 1
	: >"$T/scheduler.log" && chown icecc "$T/scheduler.log" && printf '%60s\n' '' >"$T/stat"
	start idle
	start icecc-scheduler -n dmalab-test -l "$T/scheduler.log" -vvv
	for i in 1 2; do
		: >"$T/$i.log" && chown icecc "$T/$i.log"
		start env ICECC_TESTS=1 ICECC_TEST_SOCKET="$T/$i/socket" unshare --net --mount sh -c '
			until ip link show cable >/dev/null 2>&1; do sleep 0.1; done
			ip link set lo up && ip addr add "10.77.$1.2/24" dev cable && ip link set cable up
			mount --bind "$2/stat" /proc/stat
			exec iceccd -n dmalab-test -N "node-$1" -s "10.77.$1.1" -m 2 -b "$2/$1" -l "$2/$1.log" -vvv' - $i "$T"
		pid=${pids##* }
		until [ "$(readlink "/proc/$pid/ns/net")" != "$own" ]; do kill -0 "$pid" && sleep 0.1 || return 1; done
		ip link add "to$i" type veth peer name cable netns "$pid" &&
			ip addr add "10.77.$i.1/24" dev "to$i" && ip link set "to$i" up || return 1
	done
	# Ours: it compiles nothing (-m 0), so that what is compiled is compiled by the nodes.
	: >"$T/0.log" && chown icecc "$T/0.log"
	start env ICECC_TESTS=1 iceccd -n dmalab-test -N here -s 127.0.0.1 -m 0 -b /var/cache/icecc -l "$T/0.log" -vvv
	for i in $(seq 120); do
		[ "$(grep -c login "$T/scheduler.log")" = 3 ] && return 0
		sleep 0.5
	done
	cat "$T/scheduler.log" "$T"/[012].log "$T/started"
	return 1
}
jobs_of() { grep -c " END .* status=0 .*server=node-$1\$" "$T/scheduler.log"; }
spread() {
	echo "node 1: $(jobs_of 1) jobs, node 2: $(jobs_of 2)" | tee "$T/spread"
	[ "$(jobs_of 1)" -gt 0 ] && [ "$(jobs_of 2)" -gt 0 ] && [ $(($(jobs_of 1) + $(jobs_of 2))) = 33 ] ||
		{ tail -n 30 "$T/scheduler.log" && false; }
}
alone_again() { down && machine after "{ icecc: true, jobs: 4 }"; }

if [ "$(id -u)" != 0 ]; then
	skip "compile nodes" "iceccd compiles in a chroot, which needs root"
else
	ok "two compile nodes come up" nodes_up
	ok "a machine with compile nodes builds" machine nodes "{ icecc: true, jobs: 4 }"
	ok "... each file by one of both nodes" spread
	sed 's/^/# /' "$T/spread"
	ok "... and it is the same byte for byte" same alone nodes
	ok "... and the same build by its id" same_id alone nodes
	ok "without nodes, scheduler and iceccd it builds alone" alone_again
	ok "... and it is the same byte for byte" same alone after
fi
echo "1..$n"

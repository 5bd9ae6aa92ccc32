#!/bin/bash
# A real LAVA server on loopback, its workers and its emulated boards.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
. "$here/lava.sh"

# The ports on which processes of the namespace $NAMESPACE listen, as ADDRESS:PORT.
listening() {
	python3 - "$NAMESPACE" <<-'END'
		import os, re, socket, struct, sys
		held = set()
		for pid in filter(str.isdigit, os.listdir("/proc")):
		    try:
		        if os.readlink("/proc/%s/ns/pid" % pid) != sys.argv[1]:
		            continue
		        for fd in os.listdir("/proc/%s/fd" % pid):
		            held.add(os.readlink("/proc/%s/fd/%s" % (pid, fd)))
		    except OSError:
		        pass
		for name in "tcp", "tcp6", "udp", "udp6":
		    for line in list(open("/proc/net/" + name))[1:]:
		        f = line.split()
		        if "socket:[%s]" % f[9] not in held or (f[3] != "0A" and name[:3] == "tcp") or f[2][-4:] != "0000":
		            continue
		        address, port = f[1].split(":")
		        if len(address) == 8:
		            address = socket.inet_ntoa(struct.pack("=I", int(address, 16)))
		        print("%s:%d" % (address, int(port, 16)))
	END
}
processes() { readlink /proc/[0-9]*/ns/pid 2>/dev/null | grep -cxF "$NAMESPACE"; }

comes_up() {
	local began=$SECONDS
	# Without what is kept: as the first time on a machine.
	DMALAB_CACHE=$T/kept serve_lava || return 1
	up=$((SECONDS - began))
	NAMESPACE=$(readlink "/proc/$(grep -o '[0-9]*' "$T/lava/info" | head -n 1)/ns/pid")
	lava_rest devices/ >"$T/devices.json" &&
		[ "$(json "$T/devices.json" '" ".join(r["hostname"] + "=" + r["state"] for r in d["results"])')" = "qemu01=Idle qemu02=Idle uboot-sim-01=Idle" ]
}

only_loopback() {
	listening | sort -u >"$T/listening"
	cat "$T/listening"
	[ "$(grep -c '^127\.0\.0\.1:' "$T/listening")" = 4 ] && ! grep -v '^127\.0\.0\.1:' "$T/listening"
}

builds() {
	lab_yaml
	dmalab build --out "$T/out" --target virt --target smdkc210 && serve_files "$T/out/arm"
}

# The console of a server's log: LAVA's own lines have other levels.
console() { lava_rest "jobs/$1/logs/" | grep -E '"lvl": "(target|feedback)"'; }

boots() {
	local virt smdkc210 id
	virt=$(lava_job qemu-virt virt.dtb 'console=ttyAMA0 mem=192M cma=4M panic=0 oops=panic' | lava_submit) &&
		smdkc210=$(lava_job qemu-smdkc210 smdkc210.dtb \
			'console=ttySAC0,115200 mem=192M@0x40000000 cma=4M panic=0 oops=panic' | lava_submit) || return 1
	for id in $virt $smdkc210; do
		wait_for 120 lava_finished "$id" && [ "$(lava_state "$id")" = "Finished Complete" ] || return 1
		console "$id" >"$T/console" || return 1
		grep -q 'Linux version' "$T/console" && grep -q 'ok 1 ' "$T/console" && grep -q 'LAB TESTS DONE' "$T/console" || return 1
	done
}

# What lava-run starts by devices/*.yaml is what the server's workers start, but for the files.
same_machines() {
	local name
	for name in virt smdkc210; do
		python3 - "$top/jobs" "$name" "$T/lava/etc/dispatcher-config/device-types" <<-'END' || return 1
			import sys, yaml
			from jinja2 import Environment, FileSystemLoader
			jobs, name, types = sys.argv[1:]
			def boot(device):
			    method = device["actions"]["boot"]["methods"]["qemu"]["parameters"]
			    return method["command"], method["options"], device["constants"]["spawn_maxread"]
			env = Environment(loader=FileSystemLoader([jobs + "/devices", types, "/usr/share/lava-server/device-types"]), trim_blocks=True)
			# A job's context does not change it.
			for context in {}, {"arch": "arm64", "machine": "raspi3b", "netdevice": "user", "extra_options": ["-nic user"]}:
			    there = boot(yaml.safe_load(env.get_template(name + ".jinja2").render(**context)))
			    here = boot(yaml.safe_load(open("%s/devices/%s.yaml" % (jobs, name))))
			    print(there, here, sep="\n")
			    assert there == here
		END
	done
}

down_leaves_nothing() {
	lava down
	[ "$(processes)" = 0 ] || return 1
	for port in $LAVA_PORTS; do ! (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || return 1; done
}

ends_with_its_parent() {
	sleep 600 &
	local parent=$!
	servers+=("$parent")
	lava up "$parent" || return 1
	NAMESPACE=$(readlink "/proc/$(grep -o '[0-9]*' "$T/lava/info" | head -n 1)/ns/pid")
	[ "$(processes)" -gt 5 ] || return 1
	kill "$parent"
	wait_for 10 eval '[ "$(processes)" = 0 ]'
}

if [ "$(id -u)" != 0 ]; then
	skip "the LAVA server comes up" "needs root"
	exit 0
fi
up=999
ok "the LAVA server comes up with two workers and three idle devices" comes_up
ok "... within four minutes, database and all" [ "$up" -le 240 ]
echo "# took: a new server $up s"
ok "nothing of it listens beyond 127.0.0.1" only_loopback
ok "the server's devices are the machines that lava-run starts" same_machines
ok "kernel, device trees and initramfs are built and served" builds
ok "both devices run a boot to its end" boots
ok "down leaves no process and no port" down_leaves_nothing
ok "the server ends with the process that it is for" ends_with_its_parent

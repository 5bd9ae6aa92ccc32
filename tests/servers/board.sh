#!/bin/bash
# A board that is none: QEMU's virt with Debian's u-boot-qemu, on loopback. The serial line is
# telnet, which is there whether power is on or not; power is a switch; its network ends at QEMU,
# which answers DHCP and serves a folder by TFTP. It ends with the process that started it.
#   board.sh serve DIR [TFTP [DICTIONARY]]   until it is killed. TFTP is LAVA's TFTP_DIRECTORY, by
#                                      default DIR/tftp. DIR/uboot-sim-01.jinja2 is LAVA's device
#                                      dictionary for it, jobs/devices/uboot-sim.jinja2 with its own
#                                      commands; there as soon as the board is
#   board.sh power DIR on|off|reset    the switch
set -eu
here=$(cd "$(dirname "$0")" && pwd)
verb=$1
mkdir -p "$2"
dir=$(realpath "$2")
shift 2

# qmp COMMAND…: says them to QEMU, one after another, and prints the last answer.
qmp() {
	python3 - "$dir/qmp" "$@" <<'EOF'
import json, socket, sys, time

until = time.monotonic() + 10
while True: # the socket is there a little later than QEMU is
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(sys.argv[1])
        break
    except OSError:
        if time.monotonic() > until:
            raise
        time.sleep(0.05)
line.settimeout(10)
with line.makefile("rw") as f:
    f.readline() # QEMU's greeting
    for command in ["qmp_capabilities"] + sys.argv[2:]:
        print(json.dumps({"execute": command}), file=f, flush=True)
        # A reset is over only with its event.
        wanted = {"return"} | ({"RESET"} if command == "system_reset" else set())
        while wanted:
            said = json.loads(f.readline())
            if "error" in said:
                sys.exit(f"{command}: {said['error']['desc']}")
            if "return" in said:
                answer = said
            wanted -= {"return"} if "return" in said else {said["event"]}
print(json.dumps(answer["return"]))
EOF
}

# The port that QEMU took, from what it says of its serial line.
serial_port() {
	qmp query-chardev | python3 -c 'import json, re, sys
print(next(re.search(r":(\d+),", c["filename"]).group(1) for c in json.load(sys.stdin) if c["label"] == "serial0"))'
}

case $verb in
serve)
	tftp=${1:-$dir/tftp}
	dictionary=${2:-$here/../../jobs/devices/uboot-sim.jinja2}
	mkdir -p "$tftp"
	rm -f "$dir/qmp" "$dir/uboot-sim-01.jinja2"
	( # the dictionary is complete when somebody sees it
		port=$(serial_port)
		power="$here/board.sh power $dir"
		cat "$dictionary" - >"$dir/dictionary.new" <<-EOF
			{% set connection_command = 'telnet 127.0.0.1 $port' %}
			{% set hard_reset_command = '$power reset' %}
			{% set power_on_command = '$power on' %}
			{% set power_off_command = '$power off' %}
		EOF
		mv "$dir/dictionary.new" "$dir/uboot-sim-01.jinja2"
	) &
	# As the target virt: machine, processor and memory. -S: it has no power yet. restrict: neither
	# the host nor anything behind it can be reached.
	exec setpriv --pdeathsig KILL qemu-system-arm -M virt,dtb-randomness=off -cpu cortex-a15 -smp 1 -m 1G \
		-S -no-shutdown -display none -bios /usr/lib/u-boot/qemu_arm/u-boot.bin \
		-serial telnet:127.0.0.1:0,server=on,wait=off -monitor none -qmp "unix:$dir/qmp,server=on,wait=off" \
		-netdev "user,id=net,restrict=on,tftp=$tftp" -device virtio-net-pci,netdev=net
	;;
power)
	case $1 in
	on) qmp cont ;;
	off) qmp stop system_reset ;; # what it was doing is lost
	reset) qmp stop system_reset cont ;;
	esac >/dev/null
	;;
*)
	echo "$0: no such verb: $verb" >&2
	exit 2
	;;
esac

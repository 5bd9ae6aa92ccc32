#!/bin/bash
# The jobs and devices of boards: LAVA takes each; a simulated board behind U-Boot boots by LAVA as
# QEMU does without it; so do boot loaders that are scripts, up to where a recorded kernel goes on.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
lab_yaml
PATH=/usr/sbin:$PATH
lava=$T/lava # LAVA's temporary folder, and what boot loaders get by TFTP
art=$T/art
mkdir -p "$lava" "$art"

# set_job TARGET BOARD [KERNEL]: $T/BOARD.yaml, the job of a board as dmalab sets it for a target.
# Which job and which form of the kernel it takes is the board's.
set_job() {
	/usr/bin/python3 - "$top" "$1" "$2" "$art" "$T/$2.yaml" <<'EOF'
import sys, yaml

top, target, board, art, out = sys.argv[1:]
how = {"dove-cubox": "barebox", "peach-pi-depthcharge": "depthcharge"}.get(board, "uboot")
with open(f"{top}/lab.yaml") as f:
    target = yaml.safe_load(f)["targets"][target]
with open(f"{top}/jobs/{how}.yaml") as f:
    job = yaml.safe_load(f)
deploy, boot = (next(a[name] for a in job["actions"] if name in a) for name in ("deploy", "boot"))
image = target.get("image", "zImage")
job["device_type"] = board
deploy["kernel"]["url"] = f"file://{art}/{image}"
deploy["ramdisk"]["url"] = f"file://{art}/initramfs.cpio.gz"
deploy["dtb"]["url"] = f"file://{art}/dtb"
if image.startswith("uImage"):
    deploy["kernel"]["type"] = "uimage"
if image.endswith("+dtb"):
    del deploy["dtb"]
if how == "barebox":
    boot["commands"][0] = f'global linux.bootargs.dmalab="{target["cmdline"]}"'
else:
    job["context"]["extra_kernel_args"] = target["cmdline"]
with open(out, "w") as f:
    yaml.safe_dump(job, f)
EOF
}

# device BOARD [DICTIONARY]: $T/BOARD.device, what a server makes of it for that job.
device() { "$top/tests/servers/device.py" "${2:-$top/jobs/devices/$1.jinja2}" "$T/$1.yaml" >"$T/$1.device"; }

# lava_run BOARD [OPTION]: the job on the device; LAVA's log is in $T/BOARD.log, what came from the board in
# $T/BOARD.console. As the driver runs it, but with a network, with LAVA's TFTP folder set, and with the
# right to make device nodes: LAVA unpacks the initramfs for U-Boot, and /dev/console is in it.
lava_run() {
	local root=()
	[ "$(id -u)" = 0 ] || root=(--unshare-user --uid 0 --gid 0)
	find "$lava" -mindepth 1 -delete
	printf 'TFTP_DIRECTORY="/var/lib/lava/dispatcher/tmp"\n' >"$T/tftpd-hpa"
	printf 'dispatcher_ip: 127.0.0.1\nprefix: dmalab-\n' >"$T/dispatcher.yaml"
	bwrap "${root[@]}" --unshare-pid --as-pid-1 --die-with-parent --ro-bind / / --dev /dev \
		--bind "$lava" /var/lib/lava/dispatcher/tmp --ro-bind "$T/tftpd-hpa" /etc/default/tftpd-hpa \
		--setenv TMPDIR /var/lib/lava/dispatcher/tmp --chdir / -- lava-run ${2:+"$2"} --job-id 1 \
		--output-dir /var/lib/lava/dispatcher/tmp/out --device "$T/$1.device" \
		--dispatcher "$T/dispatcher.yaml" "$T/$1.yaml" >"$T/$1.log" 2>&1
	local code=$?
	/usr/bin/python3 - "$T/$1.log" >"$T/$1.console" <<'EOF'
import sys, yaml

for line in open(sys.argv[1]):
    said = yaml.load(line, yaml.CSafeLoader)
    if said["lvl"] in ("target", "feedback"):
        print(said["msg"])
EOF
	[ $code = 0 ] || { tail -n 5 "$T/$1.log"; tail -n 20 "$T/$1.console"; }
	return $code
}

accepted() { set_job "$1" "$2" && device "$2" && lava_run "$2" --validate; }

# The kernel and its tests as QEMU boots them without LAVA or boot loader, for comparison.
direct() {
	qemu-system-arm -M virt -cpu cortex-a15 -smp 1 -m 1G -display none -monitor none -serial stdio -nic none \
		-kernel "$art/zImage" -initrd "$art/initramfs.cpio.gz" -dtb "$art/dtb" \
		-append "$(json "$T/build.json" "d['builds'][0]['targets'][0]['cmdline']")" </dev/null >"$T/direct.console"
}

# results BOARD: each test of its console and how it ended, as dmalab reads it.
results() {
	dmalab ktap --json "$T/$1.console" >"$T/ktap.json" &&
		json "$T/ktap.json" "'\n'.join(t['path'] + ' ' + t['status'] for t in d[0]['tests'])"
}
same_results() {
	results direct >"$T/direct.results" && results "$1" >"$T/$1.results" && diff "$T/direct.results" "$T/$1.results" &&
		grep '^dma-nopage-vb2.*PASS' "$T/$1.results"
}

# serve PROGRAM DICTIONARY ARGUMENT…: a board of tests/servers, until the test ends.
serve() {
	"$top/tests/servers/$1" serve "${@:3}" >"$T/board.out" 2>&1 </dev/null &
	servers+=($!)
	wait_for 20 test -s "$2" || { cat "$T/board.out"; return 1; }
}

built() {
	dmalab build --json --target virt --out "$T/out" >"$T/build.json" 2>"$T/build.err" || { cat "$T/build.err"; return 1; }
	cp "$T/out/arm/zImage" "$art/zImage"
	cp "$T/out/arm/initramfs.cpio.gz" "$art/"
	cp "$T/out/arm/virt.dtb" "$art/dtb"
	# What a uImage has in it is the boot loader's matter.
	for image in uImage uImage+dtb; do
		mkimage -A arm -O linux -T kernel -C none -a 0x8000 -e 0x8000 -d "$art/zImage" "$art/$image" >/dev/null
	done
}

# said BOARD TEXT: the command line that reached the kernel.
said() { grep -F "$2" "$T/$1-board/arguments" || { cat "$T/$1-board/arguments"; return 1; }; }

ok "a kernel is built" built
ok "no kernel has network, storage or a bus to them" eval \
	"! grep -rhE '^CONFIG_(NET|BLOCK|MMC|MTD|ATA|SCSI|USB|PCI|I2C|SPI)=' '$top/kernel-tests/configs'"

while read -r target board; do
	ok "$board: LAVA takes device and job" accepted "$target" "$board"
done <<EOF
odroid-xu3 odroid-xu3
odroid-xu4 odroid-xu4
odroid-x2 odroid-x2
arndale arndale
smdkv310 smdkv310
peach-pi peach-pi
peach-pi peach-pi-depthcharge
dove-cubox dove-cubox
dove-cubox-uboot dove-cubox-uboot
virt uboot-sim
EOF
ok "every device of jobs/devices was asked for" bash -c "cd '$top/jobs/devices' && for d in *.jinja2; do
	[ -e '$T'/\${d%.jinja2}.device ] || grep -q \"extends 'qemu-\" \$d || { echo \$d; exit 1; }; done"
sed "s/^{% set connection_command.*/{% set connection_command = 7001 %}/" "$top/jobs/devices/arndale.jinja2" >"$T/bad.jinja2"
ok "a dictionary with a mistake is refused" eval "! device arndale '$T/bad.jinja2'"

ok "QEMU boots the kernel without a boot loader" direct
if [ "$(id -u)" = 0 ]; then
	ok "the simulated board is there" serve board.sh "$T/board/uboot-sim-01.jinja2" "$T/board" "$lava"
	ok "... as a device" device uboot-sim "$T/board/uboot-sim-01.jinja2"
	ok "... LAVA boots it by U-Boot and TFTP" lava_run uboot-sim
	ok "... to the same results" same_results uboot-sim
	ok "... and to the end" grep -F "=== LAB TESTS DONE" "$T/uboot-sim.console"
	mv "$T/uboot-sim.console" "$T/first.console"
	ok "... again after that" lava_run uboot-sim
	ok "... to the same results" same_results uboot-sim
else
	skip "the simulated board" "needs root: LAVA makes a device node when it unpacks an initramfs"
fi

ok "another board serves another folder" serve board.sh "$T/other/uboot-sim-01.jinja2" "$T/other"
if [ "$(id -u)" = 0 ]; then
	ok "... as a device" device uboot-sim "$T/other/uboot-sim-01.jinja2"
	ok "... LAVA says that its boot loader finds no file" eval \
		"! lava_run uboot-sim && grep 'File not found.*Infrastructure' '$T/uboot-sim.log'"
fi
ok "a board that is switched off" "$top/tests/servers/board.sh" power "$T/other" off
other=${servers[-1]}
kill "$other"
ok "... ends when it is told to" wait_for 5 eval "! kill -0 $other 2>/dev/null"
bash -c "'$top/tests/servers/board.sh' serve '$T/orphan' >/dev/null 2>&1 </dev/null & echo \$! >'$T/orphan.pid'
	until [ -s '$T/orphan/uboot-sim-01.jinja2' ]; do sleep 0.1; done"
ok "... or with who started it" wait_for 5 eval "! kill -0 \$(cat '$T/orphan.pid') 2>/dev/null"

# From the kernel's first line on, as a serial line gives it.
sed -n '/Booting Linux/,$p' "$T/direct.console" >"$T/recorded"
ok "a console is recorded" grep -F "=== LAB TESTS DONE" "$T/recorded"
while read -r target board cmdline; do
	if [ "$board" = dove-cubox-uboot ] && [ "$(id -u)" != 0 ]; then
		skip "$board" "needs root: LAVA makes a device node when it unpacks an initramfs"
		continue
	fi
	ok "$board: a boot loader is there" serve bootloader.py "$T/$board-board/$board-01.jinja2" "$T/$board-board" "$board" "$lava" "$T/recorded"
	ok "... as a device" device "$board" "$T/$board-board/$board-01.jinja2"
	ok "... LAVA boots it" lava_run "$board"
	ok "... with the target's command line" said "$board" "$cmdline"
	ok "... and sees the kernel's results" same_results "$board"
done <<EOF
dove-cubox dove-cubox console=ttyS0,115200 mem=512M@0 cma=4M panic=0 oops=panic
peach-pi peach-pi-depthcharge console=ttySAC3,115200 mem=512M@0x20000000 cma=4M panic=0 oops=panic
dove-cubox-uboot dove-cubox-uboot console=ttyS0,115200 mem=512M@0 cma=4M panic=0 oops=panic
EOF
echo "1..$n"

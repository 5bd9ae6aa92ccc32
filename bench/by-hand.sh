#!/bin/bash
# What a person does for one series: git am, make, two QEMU boots at once, grep.
# by-hand.sh MBOX FOLDER: /src and /obj are warm; FOLDER has the device trees and the initramfs.
set -eu
mbox=$1 folder=$2
git -C /src -c safe.directory='*' -c user.name=hand -c user.email=hand@localhost am -q "$mbox"
export KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC' KBUILD_BUILD_USER=dmalab KBUILD_BUILD_HOST=dmalab \
	KBUILD_BUILD_VERSION=1 LC_ALL=C
make -s -C /src O=/obj -j"$(nproc)" ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- \
	CC="ccache arm-linux-gnueabihf-gcc" HOSTCC="ccache gcc" LOCALVERSION= \
	zImage exynos4210-smdkv310.dtb >"$folder/make.log" 2>&1
boot() { # NAME COMMAND-LINE MACHINE-OPTION…
	timeout 60 qemu-system-arm "${@:3}" -display none -monitor none -serial stdio -nic none \
		-kernel /obj/arch/arm/boot/zImage -initrd "$folder/initramfs.cpio.gz" -dtb "$folder/$1.dtb" \
		-append "$2" </dev/null >"$folder/$1.log" 2>&1
}
boot virt "console=ttyAMA0 mem=192M cma=4M panic=0 oops=panic" -M virt -cpu cortex-a15 -smp 1 -m 1G &
boot smdkc210 "console=ttySAC0,115200 mem=192M@0x40000000 cma=4M panic=0 oops=panic" -M smdkc210 -smp 2 -m 1G &
wait
for log in "$folder/virt.log" "$folder/smdkc210.log"; do
	grep -q 'LAB TESTS DONE' "$log"
	if grep -a -e '^ *\(\[.*\] \)\? *not ok' -e 'Internal error' -e 'WARNING: ' "$log"; then exit 1; fi
done

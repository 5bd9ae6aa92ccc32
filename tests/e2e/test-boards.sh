#!/bin/bash
# The kernels of real boards: built by the plan `boards`, and each file is what its boot loader takes.
. "$(dirname "$0")/lib.sh"
lab_yaml
out=$T/out

# of TARGET KEY: path of a target's file, as the command names it.
of() { json "$T/build.json" "[t['$2'] for b in d['builds'] for t in b['targets'] if t['target'] == '$1'][0]"; }

built() {
	dmalab build --json --plan boards --out "$out" >"$T/build.json" 2>"$T/build.err" ||
		{ cat "$T/build.err" "$T/build.json"; return 1; }
}

# image FILE KIND [ADDRESS [DTB]]: the bytes are a kernel of this kind.
image() {
	python3 - "$@" <<'EOF'
import struct, sys, zlib

path, kind = sys.argv[1:3]
data = open(path, "rb").read()
if kind.startswith("uImage"):
    address, dtb = int(sys.argv[3], 0), sys.argv[4] if len(sys.argv) > 4 else None
    magic, crc, _, size, load, entry, data_crc, system, arch, what, packed = \
        struct.unpack(">7I4B", data[:32])
    header = data[:4] + bytes(4) + data[8:64]
    data = data[64:]
    assert magic == 0x27051956, hex(magic)
    assert (load, entry) == (address, address), (hex(load), hex(entry))
    assert (system, arch, what, packed) == (5, 2, 2, 0), "not a plain ARM Linux kernel"
    assert size == len(data) and data_crc == zlib.crc32(data) and crc == zlib.crc32(header)
else:
    dtb = None
# The zImage's own header: magic, start and end (arch/arm/boot/compressed/head.S).
magic, start, end = struct.unpack("<3I", data[0x24:0x30])
assert magic == 0x016f2818, hex(magic)
behind = data[end - start:]
assert behind == (open(dtb, "rb").read() if dtb else b""), f"{len(behind)} bytes behind the zImage"
EOF
}

# node DTB NODE PROPERTY WORDS: a property of a node, as hexadecimal words.
node() { [ "$(fdtget -t x "$1" "$2" "$3")" = "$4" ] || { fdtget -t x "$1" "$2" "$3"; return 1; }; }

# regions TARGET NOMAP NOPAGE: both regions are in the tree, closed to the kernel, and the test device has them.
regions() {
	dtb=$(of "$1" dtb) || return 1
	both=
	for r in "nomap $2" "nopage $3"; do
		at=/reserved-memory/dma-${r% *}@${r#* }
		[ "$(fdtget "$dtb" "$at" compatible)" = "test,dma-${r% *} shared-dma-pool" ] &&
			node "$dtb" "$at" reg "${r#* } 100000" && node "$dtb" "$at" no-map "" || return 1
		both="$both $(fdtget -t x "$dtb" "$at" phandle)"
	done
	node "$dtb" /dma-codec memory-region "${both# }"
}

# hole TARGET NOMAP NOPAGE: what the command line gives the kernel holds the one region, not the other.
hole() {
	python3 - "$(of "$1" cmdline)" "$2" "$3" <<'EOF'
import re, sys

unit = {"": 1, "M": 1 << 20, "G": 1 << 30}
ram = [(int(at, 0), int(size, 0) * unit[u]) for size, u, at in
       re.findall(r"\bmem=(0x[0-9a-f]+|\d+)([MG]?)@(0x[0-9a-f]+|\d+)", sys.argv[1])]
inside = lambda a: any(base <= a < base + size for base, size in ram)
section = lambda a: range(a & ~0xfffffff, (a & ~0xfffffff) + (1 << 28), 1 << 20)
assert inside(int(sys.argv[2], 16)), ram
# All of its section of the memory map, or the map would have pages for it.
assert not any(inside(a) for a in section(int(sys.argv[3], 16))), ram
EOF
}

# model TARGET TEXT: the tree is the board's.
model() { fdtget "$(of "$1" dtb)" / compatible | grep -qF "$2"; }

# codec TARGET NODE: the codec has two regions of its own, in the order left, right.
codec() {
	dtb=$(of "$1" dtb)
	both=
	for side in left right; do
		at=/reserved-memory/region-mfc-$side
		[ "$(fdtget "$dtb" "$at" compatible)" = shared-dma-pool ] || return 1
		both="$both $(fdtget -t x "$dtb" "$at" phandle)"
	done
	node "$dtb" "$2" memory-region "${both# }"
}

ok "the boards' kernels are built" built
while read -r target nomap nopage board; do
	ok "$target: the device tree is the board's" model "$target" "$board"
	ok "$target: ... with both regions" regions "$target" "$nomap" "$nopage"
	ok "$target: ... and the command line leaves out the one without pages" hole "$target" "$nomap" "$nopage"
	ok "$target: an initramfs" gzip -t "$(of "$target" initramfs)"
done <<EOF
odroid-xu3 58000000 88000000 hardkernel,odroid-xu3
odroid-xu4 58000000 88000000 hardkernel,odroid-xu4
arndale 58000000 88000000 insignal,arndale
peach-pi 38000000 68000000 google,pi
odroid-x2 58000000 88000000 hardkernel,odroid-x2
smdkv310 58000000 88000000 samsung,smdkv310
dove-cubox 18000000 28000000 solidrun,cubox
dove-cubox-uboot 18000000 28000000 solidrun,cubox
EOF
for target in odroid-xu3 odroid-xu4 peach-pi odroid-x2 dove-cubox; do
	ok "$target: the kernel is a zImage" image "$(of $target kernel)" zImage
done
ok "the Exynos boards share one" [ "$(of odroid-xu3 kernel)" = "$(of odroid-x2 kernel)" ]
for target in arndale smdkv310; do
	ok "$target: the kernel is a uImage for 0x40008000" image "$(of $target kernel)" uImage 0x40008000
done
ok "dove-cubox-uboot: the kernel is a uImage for 0x8000 with the device tree in it" \
	image "$(of dove-cubox-uboot kernel)" uImage+dtb 0x8000 "$(of dove-cubox-uboot dtb)"
for target in odroid-xu3 odroid-xu4 arndale peach-pi; do
	ok "$target: the codec has regions to export from" codec $target /soc/codec@11000000
done
for target in odroid-x2 smdkv310; do
	ok "$target: the codec has regions to export from" codec $target /soc/codec@13400000
done
mv "$T/build.json" "$T/first.json"
ok "built again" built
ok "... it costs no build" bash -c "! grep -q 'build: base' '$T/build.err'"
echo "1..$n"

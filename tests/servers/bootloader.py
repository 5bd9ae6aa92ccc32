#!/usr/bin/python3
# Boot loaders that QEMU has no board for, as far as LAVA sees them: a serial line behind telnet on
# loopback, a power switch, the questions and answers of the boot loader, and from the kernel's
# hand-over on a console that was recorded elsewhere. What it is told to boot must be there and be
# what it should: it looks into the folder that LAVA's TFTP server would serve.
#   bootloader.py serve DIR BOARD TFTP CONSOLE   until it is killed or its parent is gone. BOARD is of
#                                   jobs/devices/; DIR/BOARD-01.jinja2 is LAVA's device dictionary for
#                                   it, there as soon as the board is
#   bootloader.py power DIR on|off|reset         the switch
import asyncio
import ctypes
import os
import re
import shlex
import signal
import socket
import subprocess
import sys

top = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
PR_SET_PDEATHSIG = 1


class Refused(Exception):
    """What the boot loader says instead of booting."""


def zimage(data):
    return data[0x24:0x28] == bytes.fromhex("18286f01")


def fdt(data):
    return data[:4] == bytes.fromhex("d00dfeed")


def gzip(data):
    return data[:2] == bytes.fromhex("1f8b")


def uimage(kind):
    return lambda data: data[:4] == bytes.fromhex("27051956") and data[30] == kind


class Barebox:
    """arch/arm/lib32/bootm.c and common/startup.c of barebox; its model for the CuBox is "Marvell Dove"."""

    banner = "\n\nbarebox 2017.03.0\n\n\nBoard: Marvell Dove\n"
    question = "\nHit m for menu or any key to stop autoboot: "
    prompt = "barebox@Marvell Dove:/ "
    automatic = "booting 'net'\nCould not find 'net'\n"

    def __init__(self, tftp):
        self.tftp = tftp
        self.variables = {}

    def command(self, line):
        words = shlex.split(line)
        if words[0] == "global":
            name, _, value = words[1].partition("=")
            self.variables[name] = value
            return None, ""
        if words[0] != "bootm":
            return None, f"{words[0]}: command not found\n"
        options, i = {}, 1
        while words[i].startswith("-"):
            if words[i] == "-v":
                options["-v"] = True
                i += 1
            else:
                options[words[i]] = words[i + 1]
                i += 2
        if "net.server" not in self.variables:
            raise Refused("could not mount /mnt/tftp: Network is unreachable\n")
        self.file(words[i], zimage)
        self.file(options["-r"], gzip)
        self.file(options["-o"], fdt)
        said = f"\nLoading ARM Linux zImage '{words[i]}'\n"
        if "-v" in options:
            said += f"\nStarting kernel at {options['-a']}, initrd at {options['-L']}, oftree at 0x08000000...\n"
        arguments = [v for name, v in sorted(self.variables.items()) if name.startswith("linux.bootargs.")]
        return " ".join(arguments), said

    def file(self, path, check):
        inside = path.removeprefix("/mnt/tftp/")
        if inside == path or not os.path.isfile(os.path.join(self.tftp, inside)):
            raise Refused(f"could not open {path}: No such file or directory\n")
        with open(os.path.join(self.tftp, inside), "rb") as f:
            if not check(f.read(64)):
                raise Refused(f"unknown image type of {path}\n")


class Depthcharge:
    """What LAVA's base-depthcharge.jinja2 waits for and sends."""

    banner = "\n\nStarting depthcharge on peach_pi...\n"
    question = None
    prompt = "dpch: "

    def __init__(self, tftp):
        self.tftp = tftp

    def command(self, line):
        words = line.split()
        if words[0] != "tftpboot":
            return None, f"Unknown command {words[0]}\n"
        image, cmdline = (os.path.join(self.tftp, w) for w in words[2:4])
        if not os.path.isfile(image) or not os.path.isfile(cmdline):
            raise Refused("Tftp failed.\n")
        # A FIT image is a device tree; U-Boot's dumpimage knows what is in it.
        parts = subprocess.run(["dumpimage", "-l", image], capture_output=True, text=True).stdout
        for part in "Kernel Image", "RAMDisk Image", "Flat Device Tree":
            if not re.search(rf"Type: +{part}", parts):
                raise Refused(f"No {part} in the FIT image.\n")
        with open(cmdline) as f:
            return f.read().strip(), f"Command line: {cmdline}\nExiting depthcharge with code 4\n"


class OldUBoot:
    """Marvell's U-Boot 2009.08, with which the CuBox came: bootm of two addresses, no device tree."""

    banner = "\n\nU-Boot 2009.08 Marvell version: 5.4.4 NQ\n\nBoard: CuBox\nSoC:   88AP510 (A1)\n"
    question = "Hit any key to stop autoboot: "
    prompt = "CuBox>> "
    automatic = "===> Executing ext2load usb 0:0 0x02000000 /boot.scr\n"

    def __init__(self, tftp):
        self.tftp = tftp
        self.memory = {}
        self.environment = {}

    def command(self, line):
        words = shlex.split(line)
        if words[0] == "setenv":
            self.environment[words[1]] = " ".join(words[2:])
            return None, ""
        if words[0] == "dhcp":
            return None, "BOOTP broadcast 1\nDHCP client bound to address 192.168.1.100\n"
        if words[0] == "tftp":
            path = os.path.join(self.tftp, words[2])
            if "serverip" not in self.environment or not os.path.isfile(path):
                raise Refused("TFTP error: 'File not found' (1)\n")
            with open(path, "rb") as f:
                self.memory[words[1]] = f.read(64)
            return None, "Loading: #####\ndone\n"
        if words[0] != "bootm" or len(words) != 3:
            return None, f"Unknown command '{words[0]}' - try 'help'\n"
        if not uimage(2)(self.memory.get(words[1], b"")):
            raise Refused("Wrong Image Format for bootm command\nERROR: can't get kernel image!\n")
        if not uimage(3)(self.memory.get(words[2], b"")):
            raise Refused("Wrong Ramdisk Image Format\n")
        return self.environment["bootargs"], "OK\n\nStarting kernel ...\n\n"


LOADERS = {"dove-cubox": Barebox, "peach-pi-depthcharge": Depthcharge, "dove-cubox-uboot": OldUBoot}


class Board:
    def __init__(self, folder, loader, tftp, console):
        self.folder, self.loader, self.tftp = folder, loader, tftp
        with open(console, "rb") as f:
            self.console = f.read()
        self.line = None  # who is on the serial line
        self.typed = asyncio.Queue()
        self.running = None

    async def connected(self, reader, writer):
        self.line = writer
        while data := await reader.read(1024):
            for byte in data:
                if byte != 0:  # telnet's CR NUL
                    self.typed.put_nowait(chr(byte))
        writer.close()
        if self.line is writer:
            self.line = None

    async def switched(self, reader, writer):
        what = (await reader.readline()).decode().strip()
        if self.running and what in ("off", "reset"):
            self.running.cancel()
            self.running = None
        if not self.running and what in ("on", "reset"):
            self.typed = asyncio.Queue()
            self.running = asyncio.create_task(self.run())
        writer.write(b"done\n")
        await writer.drain()
        writer.close()

    def say(self, text):
        if self.line:  # else nobody hears it
            self.line.write(text.replace("\n", "\r\n").encode())

    async def read_line(self):
        line = ""
        while True:
            key = await self.typed.get()
            if key in "\r\n":
                self.say("\n")
                return line
            self.say(key)
            line += key

    async def run(self):
        loader = self.loader(self.tftp)
        self.say(loader.banner)
        if loader.question:
            self.say(loader.question + "3")
            try:
                await asyncio.wait_for(self.typed.get(), 3)
            except asyncio.TimeoutError:
                self.say("\n" + loader.automatic)
                return
            self.say("\n")
        arguments = None
        while arguments is None:
            self.say(loader.prompt)
            line = await self.read_line()
            if not line.strip():
                continue
            try:
                arguments, said = loader.command(line)
            except Refused as why:
                said = str(why)
            self.say(said)
        with open(os.path.join(self.folder, "arguments"), "w") as f:
            f.write(arguments + "\n")
        for start in range(0, len(self.console), 512):
            if self.line:
                self.line.write(self.console[start : start + 512])
                await self.line.drain()


async def serve(folder, board, tftp, console):
    it = Board(folder, LOADERS[board], tftp, console)
    serial = await asyncio.start_server(it.connected, "127.0.0.1", 0)
    await asyncio.start_unix_server(it.switched, os.path.join(folder, "switch"))
    port = serial.sockets[0].getsockname()[1]
    power = f"{os.path.realpath(__file__)} power {folder}"
    with open(f"{top}/jobs/devices/{board}.jinja2") as f:
        dictionary = f.read()
    dictionary += (
        f"{{% set connection_command = 'telnet 127.0.0.1 {port}' %}}\n"
        f"{{% set hard_reset_command = '{power} reset' %}}\n"
        f"{{% set power_on_command = '{power} on' %}}\n"
        f"{{% set power_off_command = '{power} off' %}}\n"
    )
    with open(f"{folder}/new", "w") as f:
        f.write(dictionary)
    os.rename(f"{folder}/new", f"{folder}/{board}-01.jinja2")
    await asyncio.Event().wait()


def main():
    verb, folder = sys.argv[1], os.path.abspath(sys.argv[2])
    if verb == "power":
        with socket.socket(socket.AF_UNIX) as switch:
            switch.settimeout(10)
            switch.connect(os.path.join(folder, "switch"))
            switch.sendall(sys.argv[3].encode() + b"\n")
            switch.recv(16)
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name == "switch" or name.endswith(".jinja2"):
            os.unlink(os.path.join(folder, name))
    asyncio.run(serve(folder, *sys.argv[3:6]))


main()

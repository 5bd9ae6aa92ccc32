#!/usr/bin/env python3
"""import-tar.py LINUX.tar.xz…: a stream for git fast-import on stdout: each tarball a commit of
branch main and a tag, one after the other. The topmost folder is left out; its name (linux-6.1.176)
and date are the commit's. Contents that an earlier one had are not sent again."""
import hashlib
import re
import subprocess
import sys
import tarfile

WHO = "Debian sources <debian@sample.invalid>"
out = sys.stdout.buffer
seen = {}  # what a file holds, by hash: the mark it was sent with


def blob(data):
    digest = hashlib.sha1(data).digest()
    if digest not in seen:
        seen[digest] = len(seen) + 1
        out.write(b"blob\nmark :%d\ndata %d\n" % (seen[digest], len(data)))
        out.write(data)
        out.write(b"\n")
    return seen[digest]


def text(words):
    data = words.encode()
    return b"data %d\n%s\n" % (len(data), data)


def files(tar):
    """Lines of the commit, and the date of the topmost folder."""
    lines, top = [], None
    for member in tar:
        if top is None:
            top = member
        name = member.name.partition("/")[2]
        if not name or member.isdir():
            continue
        if member.issym():
            mode, data = "120000", member.linkname.encode()
        elif member.isreg() or member.islnk():
            mode = "100755" if member.mode & 0o100 else "100644"
            data = tar.extractfile(member).read()
        else:
            sys.exit(f"{member.name}: neither file nor link")
        quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
        lines.append(f"M {mode} :{blob(data)} {quoted}\n")
    return lines, top


for path in sys.argv[1:]:
    with subprocess.Popen(["xz", "-dc", "--", path], stdout=subprocess.PIPE) as unpacked:
        with tarfile.open(fileobj=unpacked.stdout, mode="r|", errorlevel=2) as tar:
            lines, top = files(tar)
    if unpacked.returncode != 0:
        sys.exit(f"{path}: cannot be unpacked")
    release = re.sub(r"^linux-", "", top.name.strip("./"))
    when = f"{int(top.mtime)} +0000"
    out.write(b"commit refs/heads/main\n")
    out.write(f"author {WHO} {when}\ncommitter {WHO} {when}\n".encode())
    out.write(text(f"Linux {release}"))
    out.write(b"deleteall\n")
    out.write("".join(lines).encode())
    out.write(f"tag v{release}\nfrom refs/heads/main\ntagger {WHO} {when}\n".encode())
    out.write(text(f"Linux {release}"))

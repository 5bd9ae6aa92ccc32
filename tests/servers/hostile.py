#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes mails that nobody should send: hostile.py DIR.

DIR/one/NAME is a mail each, DIR/ids/NAME one with an odd Message-ID, which DIR/ids.txt has as
"NAME<tab>ID", DIR/series.mbox a series of 10,000 patches. Whatever can be a patch is one, of
kernel/dma/.
"""
import base64
import os
import sys

ODD_IDS = {
    "slash": "a/b//c@sample.invalid",
    "plus": "a+b+c@sample.invalid",
    "space": "a b c@sample.invalid",
    "quotes": "\"it's \\\"quoted\\\"\"@sample.invalid",
    "percent": "100%25%2F%zz%@sample.invalid",
    "query": "a?b=c&d#e;f@sample.invalid",
    "foreign": "m\u00f6glich-\u65e5\u672c@sample.invalid",
    "long": "x" * 2000 + "@sample.invalid",
    "dots": "../../../etc/passwd@sample.invalid",
    "shell": "$(touch pwned)`touch pwned`;touch pwned@sample.invalid",
    "option": "--help@sample.invalid",
    "bare": "no-at-sign-at-all",
}


def diff(word):
    return f"""---
 kernel/dma/mapping.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/kernel/dma/mapping.c b/kernel/dma/mapping.c
--- a/kernel/dma/mapping.c
+++ b/kernel/dma/mapping.c
@@ -10,3 +10,3 @@ no function
 before
-old {word}
+new {word}
 after
--\x20
2.39.5
"""


def text(word):
    return f"\nIt changes what is not there.\n\nSigned-off-by: Somebody <some@sample.invalid>\n{diff(word)}"


def head(name, subject=None, msgid=None, number=0):
    return (f"From: Somebody <{name}@sample.invalid>\n"
            f"Subject: {subject or f'[PATCH] dma: hostile {name}'}\n"
            f"Date: Thu, 1 Jan 2026 {number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d} +0000\n"
            f"Message-ID: <{msgid or f'hostile-{name}@sample.invalid'}>\n")


def plain(name, extra="", **more):
    return (head(name, **more) + extra + text(name)).encode()


def nested(depth):
    """A patch inside of so many multiparts."""
    open_ = "".join(f'Content-Type: multipart/mixed; boundary="b{i}"\n\n--b{i}\n' for i in range(depth))
    close = "".join(f"--b{i}--\n" for i in reversed(range(depth)))
    return (head("nested") + "MIME-Version: 1.0\n" + open_ + "Content-Type: text/plain\n" +
            text("nested") + close).encode()


def many_parts(n):
    part = "--b\nContent-Type: text/plain\n\nnothing\n"
    return (head("parts") + "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n" + part * n +
            "--b\nContent-Type: text/plain\n" + text("parts") + "--b--\n").encode()


def mails():
    """NAME, mail."""
    utf8 = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="%s"\nContent-Transfer-Encoding: %s\n'
    line = b"+" + b"x" * 78 + b"\n"
    yield "big", plain("big") + line * (50 * 1024 * 1024 // len(line))
    yield "big-line", plain("big-line") + b"y" * (50 * 1024 * 1024)
    yield "nested", nested(1000)
    yield "parts", many_parts(20000)
    yield "fields", plain("fields", "".join(f"X-Bomb-{i}: {i}\n" for i in range(100000)))
    yield "same-fields", plain("same-fields", "Subject: again\n" * 100000)
    yield "field", plain("field", "X-Bomb: " + "z" * (10 << 20) + "\n")
    yield "folded", plain("folded", "X-Bomb: a\n" + " folded\n" * (10 << 17))
    yield "references", plain("references", "References:" +
                              "".join(f"\n <ref-{i}@sample.invalid>" for i in range(100000)) + "\n")
    yield "few-references", plain("few-references", "References:" +
                                  "".join(f"\n <r{i}@x>" for i in range(30000)) + "\n")
    yield "subject", plain("subject", subject="[PATCH] dma: " + "long " * 60000)
    yield "encoded-subject", plain("encoded-subject", subject="[PATCH] dma:" + "\n =?utf-8?b?4pmh?=" * 20000)
    yield "brackets", plain("brackets", subject="[" * 100000 + "PATCH] dma: brackets")
    yield "number", plain("number", subject="[PATCH 4294967297/18446744073709551617 v99999999999] dma: number")
    yield "comments", plain("comments", "Sender: " + "(" * 50000 + "\n")
    yield "boundary", plain("boundary", 'Content-Type: multipart/mixed; boundary=""\n')
    yield "no-id", plain("no-id").replace(b"Message-ID: <hostile-no-id@sample.invalid>\n", b"")
    yield "twice-1", plain("twice-1", msgid="hostile-twice@sample.invalid")
    yield "twice-2", plain("twice-2", msgid="hostile-twice@sample.invalid")
    yield "nul-header", plain("nul-header").replace(b"[PATCH]", b"[PA\0TCH] a\0b")
    yield "nul-body", plain("nul-body").replace(b"not there", b"not\0there").replace(b"+new", b"+n\0ew")
    yield "charset", plain("charset", utf8 % ("no-such-charset", "8bit")) + b"\xff\xfe\xc3\x28 \x80\n"
    yield "not-utf8", plain("not-utf8", utf8 % ("utf-8", "8bit")).replace(b"not there", b"n\xffot \xc3\x28 th\xe9re")
    yield "utf7", plain("utf7", utf8 % ("utf-7", "7bit")) + b"+AAAAAA-+//8-\n"
    yield "base64", (head("base64") + utf8 % ("utf-8", "base64") + "\n").encode() + \
        base64.encodebytes(text("base64").encode())[:-9] + b"*&^%!!\n\x00\xff====\nQQ==QQ==\n"
    yield "quoted", (head("quoted") + utf8 % ("utf-8", "quoted-printable") +
                     text("quoted").replace("old", "=ZZ=") + "=\n=").encode()
    yield "escapes", plain("escapes", subject="[PATCH] dma: \x1b]0;owned\x07\x1b[31mred\x1b[2J\x9b5n\r\bhidden") \
        .replace(b"From: Somebody", b"From: \x1b[32mSome\x07body\x1b[0m")
    yield "encoded-escapes", plain("encoded-escapes", subject="[PATCH] dma: =?utf-8?q?=1B]0;owned=07=1B[31mred=0Aline?=")
    yield "bidi", plain("bidi", subject="[PATCH] dma: \u202egnirts\u202c \u2066hidden\u2069")
    yield "header-only", head("header-only").encode().rstrip(b"\n")
    yield "empty", b""
    yield "binary", bytes(range(256)) * 4096
    yield "colons", b":\n" * 100000
    yield "froms", b"From nobody\n" * 100000


def write(path, data):
    """At once, since whoever watches the folder may look at any moment."""
    at = os.path.join(os.path.dirname(path), "." + os.path.basename(path))
    with open(at, "wb") as f:
        f.write(data)
    os.rename(at, path)


def main():
    folder = sys.argv[1]
    for sub in ("one", "ids"):
        os.makedirs(os.path.join(folder, sub), exist_ok=True)
    for name, mail in mails():
        write(os.path.join(folder, "one", name), mail)
    for name, msgid in ODD_IDS.items():
        write(os.path.join(folder, "ids", name), plain("id-" + name, msgid=msgid))
    write(os.path.join(folder, "ids.txt"), "".join(f"{n}\t{i}\n" for n, i in ODD_IDS.items()).encode())
    write(os.path.join(folder, "series.mbox"), b"".join(
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" +
        plain("long-series", f"In-Reply-To: <long-1@sample.invalid>\n" if n > 1 else "",
              subject=f"[PATCH {n}/10000] dma: part {n} of too many", msgid=f"long-{n}@sample.invalid", number=n) +
        b"\n" for n in range(1, 10001)))


main()

#!/usr/bin/env python3
"""Makes patch series that nobody sent, an mbox each: series.py DIR COUNT [FIRST] [PATCHES]

Series number N touches kernel/dma/ and applies to no kernel, so that a lab has its verdict on it
(apply-conflict) in a moment. Equal numbers give equal mails.
"""
import email.utils
import os
import sys


def mail(number, n, total):
    prefix = "PATCH" if total == 1 else f"PATCH {n}/{total}"
    day = email.utils.formatdate(1767225600 + number * 3600 + n)
    head = [
        f"From: Series {number} <author{number}@sample.invalid>",
        f"Subject: [{prefix}] dma: made up change {number}.{n}",
        f"Date: {day}",
        f"Message-ID: <series-{number}-{n}@sample.invalid>",
        "List-Id: <dma.sample.invalid>",
    ]
    if n > 1:
        head.append(f"In-Reply-To: <series-{number}-1@sample.invalid>")
    body = f"""
It changes what is not there.

Signed-off-by: Series {number} <author{number}@sample.invalid>
---
 kernel/dma/mapping.c | 2 +-
 1 file changed, 1 insertion(+), 1 deletion(-)

diff --git a/kernel/dma/mapping.c b/kernel/dma/mapping.c
--- a/kernel/dma/mapping.c
+++ b/kernel/dma/mapping.c
@@ -{n * 10},3 +{n * 10},3 @@ no function {number}
 before {number}
-old {number}.{n}
+new {number}.{n}
 after {number}
--\x20
2.39.5
"""
    return "\n".join(head) + "\n" + body


def main():
    folder, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    total = int(sys.argv[4]) if len(sys.argv) > 4 else 3
    os.makedirs(folder, exist_ok=True)
    for number in range(first, first + count):
        text = "".join("From mboxrd@z Thu Jan  1 00:00:00 1970\n" + mail(number, n, total) + "\n"
                       for n in range(1, total + 1))
        path = os.path.join(folder, f"{number:05d}.mbox")
        with open(path + ".tmp", "w", encoding="utf-8") as f:
            f.write(text)
        os.rename(path + ".tmp", path)


main()

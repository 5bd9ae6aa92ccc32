#!/usr/bin/env python3
"""Makes mails like those of a kernel list: series with covers, answers and versions, 9 KB each.

mails.py MAILS MBOX STREAM: an mbox, and a stream for git fast-import in which each mail is a commit
with the file "m", as an epoch of a public-inbox has it.
"""
import email.utils, random, sys
random.seed(1)
mails, box, stream = int(sys.argv[1]), open(sys.argv[2], 'wb'), open(sys.argv[3], 'wb')
words = 'the page pool counts what it maps and frees each once while a device reads from behind'.split()


def line(n=12):
    return ' '.join(random.choice(words) for _ in range(n))


def diff(files):
    out = []
    for f in range(files):
        path = f'drivers/dma/part{random.randrange(900)}.c'
        out.append(f'diff --git a/{path} b/{path}\nindex 0123456789ab..ba9876543210 100644\n--- a/{path}\n+++ b/{path}\n')
        for h in range(random.randrange(1, 5)):
            at = random.randrange(9000)
            old, new = random.randrange(1, 12), random.randrange(1, 20)
            out.append(f'@@ -{at},{old + 6} +{at},{new + 6} @@ static int f(void)\n')
            out += [f' \t{line(6)};\n' for _ in range(3)] + [f'-\t{line(6)};\n' for _ in range(old)]
            out += [f'+\t{line(6)};\n' for _ in range(new)] + [f' \t{line(6)};\n' for _ in range(3)]
    return ''.join(out)


def mail(n, who, subject, msgid, refs, body):
    received = ''.join(f'Received: from host{k}.example (host{k}.example [192.0.2.{k}])\n\tby mx{k}.example (Postfix) '
                       f'with ESMTPS id {random.getrandbits(40):X}\n\tfor <list@kernel.example>; Mon, 1 Jan 2024 00:00:00 +0000\n'
                       for k in range(6))
    sign = 'DKIM-Signature: v=1; a=rsa-sha256; b=' + '\n '.join('%060x' % random.getrandbits(240) for _ in range(12)) + '\n'
    text = (f'{received}{sign}From: Dev {who} <dev{who}@kernel.example>\nTo: list@kernel.example\nSubject: {subject}\n'
            f'Date: {email.utils.formatdate(1700000000 + n * 30)}\nMessage-ID: <{msgid}>\n')
    if refs:
        text += f'In-Reply-To: <{refs[-1]}>\nReferences: ' + '\n '.join(f'<{r}>' for r in refs) + '\n'
    text += 'List-Id: <list.kernel.example>\nContent-Type: text/plain; charset=utf-8\n\n' + body
    data = text.encode()
    box.write(b'From mboxrd@z Thu Jan  1 00:00:00 1970\n' + data + b'\n')
    stream.write(b'blob\nmark :%d\ndata %d\n' % (2 * n + 1, len(data)) + data + b'\n')
    stream.write(b'commit refs/heads/master\nmark :%d\ncommitter l <l@kernel.example> %d +0000\ndata 1\nm\n'
                 b'M 100644 :%d m\n\n' % (2 * n + 2, 1700000000 + n * 30, 2 * n + 1))


n = series = 0
while n < mails:
    who, parts, version = random.randrange(500), random.randrange(1, 13), random.randrange(1, 4)
    series += 1
    root = f'{series}-0-dev{who}@kernel.example'
    v = f' v{version}' if version > 1 else ''
    for k in range(0 if parts > 1 else 1, parts + 1):
        if n == mails:
            break
        tag = f'[PATCH{v} {k}/{parts}]' if parts > 1 else f'[PATCH{v}]'
        log = '\n'.join(line() for _ in range(12)) + f'\n\nSigned-off-by: Dev {who} <dev{who}@kernel.example>\n'
        body = log if k == 0 else log + '---\n' + diff(random.randrange(1, 5)) + '-- \n2.43.0\n'
        mail(n, who, f'{tag} dma: {line(5)}', root.replace('-0-', f'-{k}-', 1), [root] if k else [], body)
        n += 1
    for k in range(random.randrange(0, 5)):
        if n == mails:
            break
        body = ''.join(f'> {line()}\n' for _ in range(60)) + '\n' + '\n'.join(line() for _ in range(8)) + '\n'
        mail(n, who + 1, f'Re: [PATCH{v} 1/{parts}] dma: x', f'r{k}-{root}', [root, root.replace('-0-', '-1-', 1)], body)
        n += 1

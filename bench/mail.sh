#!/bin/bash
# Mails a second: `dmalab mail` (parsing, series, JSON) next to plain `git cat-file --batch` over the
# same mails in the same run, and the memory that each amount of mails takes. The mails are made
# here: series with covers, answers and versions, 9 KB each like those of a kernel list.
# Prints lines NAME VALUE [UNIT].     mail.sh [MAILS]
set -eu
cd "$(dirname "$0")/.."
mails=${1:-20000}
make -s -j"$(nproc)" build/dmalab
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

python3 - "$mails" "$T/box" "$T/import" <<'EOF'
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
    stream.write(b'blob\nmark :%d\ndata %d\n' % (n + 1, len(data)) + data + b'\n')


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
EOF
git init -q --bare "$T/repo"
git -C "$T/repo" fast-import --quiet --export-marks="$T/marks" <"$T/import"
sort -t: -k2n "$T/marks" | cut -d' ' -f2 >"$T/ids"
rm "$T/import"

# best NAME COMMAND…: mails a second of the fastest of three runs; prints wall and processor time.
best() {
	name=$1
	shift
	python3 - "$name" "$mails" "$@" <<'EOF'
import os, subprocess, sys, time
name, mails, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
wall, cpu = [], []
for _ in range(3):
    before, t = os.times(), time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    wall.append(time.monotonic() - t)
    after = os.times()
    cpu.append(after.children_user + after.children_system - before.children_user - before.children_system)
print(f'{name} {mails / min(wall):.0f} mails/s ({mails / min(cpu):.0f} a second of processor time)')
EOF
}
du -k "$T/box" | awk -v n="$mails" '{ printf "size %.1f KB a mail\n", $1 / n }'
best git-cat-file sh -c "git -C '$T/repo' cat-file --batch --buffer <'$T/ids'"
best dmalab-mail build/dmalab mail --json "$T/box"
for part in 4 2 1; do
	head -c $(($(stat -c %s "$T/box") / part)) "$T/box" >"$T/piece"
	python3 - $((mails / part)) build/dmalab mail --json "$T/piece" <<'EOF'
import resource, subprocess, sys
subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
print(f'memory {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB with {sys.argv[1]} mails')
EOF
done

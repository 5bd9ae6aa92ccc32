#!/bin/bash
# How fast consoles are read: a clean one against grep in the same run, dense ones, the worst cases, memory.
# Prints lines NAME VALUE UNIT. MB=1000 for the sizes of docs/signatures.md's table; DMALAB=the program.
set -eu
cd "$(dirname "$0")/.."
MB=${MB:-1000} DMALAB=${DMALAB:-build/dmalab} T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT

python3 - "$T" "$MB" <<'P'
import glob, sys
out, mb = sys.argv[1], int(sys.argv[2]) * 1000000
def console(name):
    data = open('tests/fixtures/console/oops/' + name, 'rb').read()
    return data.split(b'\n\n', 1)[1]
def write(name, piece, size):
    with open(f'{out}/{name}', 'wb') as f:
        block = piece * max(1, 1000000 // len(piece))
        n = 0
        while n < size:
            n += f.write(block)
clean = b'\n'.join(l for l in console('clean-boot-virt').split(b'\n') if b'Linux version' not in l and b'Booting' not in l)
write('clean', clean + b'\n', mb)
dense = b''.join(console(n.rsplit('/', 1)[1]) + b'\nLinux version 6.1\n' for n in sorted(glob.glob('tests/fixtures/console/oops/arm-*')))
write('dense-1', dense, mb // 100)
write('dense-10', dense, mb // 10)
write('one-line', b'all on one line and no end of it ', mb)
write('tiny-lines', b'x\n', mb // 50)
write('cut-here', b'------------[ cut here ]------------\n', mb // 10)
P

python3 - "$T" "$DMALAB" <<'P'
import os, re, subprocess, sys, time
folder, program = sys.argv[1:]
def run(argv):
    """User and system seconds of the whole process (others are at work on this machine), and its peak."""
    peak = 0
    with open(os.devnull, 'w') as null:
        p = subprocess.Popen(argv, stdout=null)
        while True:
            pid, _, u = os.wait4(p.pid, os.WNOHANG)
            if pid:
                return u.ru_utime + u.ru_stime, peak
            try:  # not ru_maxrss, which begins with this interpreter's
                status = open(f'/proc/{p.pid}/status').read()
                if os.readlink(f'/proc/{p.pid}/exe').endswith(('dmalab', 'grep', 'cat')):
                    peak = max(peak, int(re.search(r'VmHWM:\s*(\d+)', status)[1]))
            except (OSError, TypeError):
                pass
            time.sleep(0.01)
def best(argv, n=5):
    runs = [run(argv) for _ in range(n)]
    return min(r[0] for r in runs), max(r[1] for r in runs)
def oops(name):
    path = f'{folder}/{name}'
    seconds, rss = best([program, 'oops', '--json', path])
    return seconds, rss, os.path.getsize(path) / 1e6
open(f'{folder}/clean', 'rb').read(1)
run(['cat', f'{folder}/clean'])
s, rss, mb = oops('clean')
g, _ = best(['grep', '-cE', r'BUG:|Oops|WARNING:', f'{folder}/clean'])
print(f'clean {mb / s / 1000:.2f} GB/s\nclean.grep {mb / g / 1000:.2f} GB/s\nclean.ratio {g / s:.2f}\nclean.memory {rss / 1024:.1f} MB')
s1, _, _ = oops('dense-1')
s10, rss, mb = oops('dense-10')
print(f'dense {mb / s10:.0f} MB/s\ndense.ten-times {s10 / s1:.1f}\ndense.memory {rss / 1024:.1f} MB')
for name in ('one-line', 'tiny-lines', 'cut-here'):
    s, rss, mb = oops(name)
    print(f'{name} {mb / s:.0f} MB/s\n{name}.memory {rss / 1024:.1f} MB')
P

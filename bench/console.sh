#!/bin/bash
# How fast consoles are read: a clean one against grep in the same run, dense ones, the worst cases, memory.
# Prints lines NAME VALUE UNIT. MB=1000 is the size of the clean one; N=5 rounds; DMALAB=the program.
#
# Seconds are a whole process' user and system time, the least of N rounds: what others do on the machine can only add to it.
# Program and grep take turns, on one core, so that both meet the same machine; `loaded` says whether others were at work.
#
# clean is a boot without trouble; dense are reports back to back, as machines printed them; short are all fixtures' reports, most
# of them without their registers and memory: half as long, so twice as many.
#
# Exit 1, with a line `below NAME`, for what does not depend on the machine: the clean console's ratio to grep (at least 1.5),
# ten times the input (at most 11 times as long), memory (at most 16 MB). The ratio stood at 2.1 to 2.6 with five others at
# work. Speeds in MB/s are printed only: they are the processor's as much as the program's (dense consoles should be at
# 200 MB/s or more on one of 2023), and neighbours that share its cache take a tenth of them.
set -eu
cd "$(dirname "$0")/.."
MB=${MB:-1000} N=${N:-5} DMALAB=${DMALAB:-build/dmalab} T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
trap 'rm -rf "$T"' EXIT

# Each text in full and a tenth of it, to see whether the time grows with the size and not faster.
python3 - "$T" "$MB" <<'P'
import glob, sys
out, mb = sys.argv[1], int(sys.argv[2]) * 1000000
def console(name):
    data = open('tests/fixtures/console/oops/' + name, 'rb').read()
    return data.split(b'\n\n', 1)[1]
def write(name, piece, size):
    block = piece * max(1, 1000000 // len(piece))
    for part, end in ((name, size), (name + '.tenth', size // 10)):
        with open(f'{out}/{part}', 'wb') as f:
            n = 0
            while n < end:
                n += f.write(block)
clean = b'\n'.join(l for l in console('clean-boot-virt').split(b'\n') if b'Linux version' not in l and b'Booting' not in l)
write('clean', clean + b'\n', mb)
def reports(*patterns):
    names = sorted(n for p in patterns for n in glob.glob('tests/fixtures/console/oops/' + p) if '/clean' not in n)
    return b''.join(console(n.rsplit('/', 1)[1]) + b'\nLinux version 6.1\n' for n in names)
write('dense', reports('lkdtm-*', 'arm-paging-*'), mb // 10)
write('short', reports('*'), mb // 10)
write('one-line', b'all on one line and no end of it ', mb)
write('tiny-lines', b'x\n', mb // 50)
write('cut-here', b'------------[ cut here ]------------\n', mb // 10)
P

python3 - "$T" "$DMALAB" "$N" <<'P'
import os, re, subprocess, sys, time
folder, program, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
passed = used = 0
def run(argv):
    """User and system seconds of the whole process, and its peak in KB."""
    global passed, used
    peak, start = 0, time.monotonic()
    with open(os.devnull, 'w') as null:
        p = subprocess.Popen(argv, stdout=null)
        while True:
            pid, _, u = os.wait4(p.pid, os.WNOHANG)
            if pid:
                passed += time.monotonic() - start
                used += u.ru_utime + u.ru_stime
                return u.ru_utime + u.ru_stime, peak
            try:  # not ru_maxrss, which begins with this interpreter's
                status = open(f'/proc/{p.pid}/status').read()
                if os.path.samefile(f'/proc/{p.pid}/exe', program):
                    peak = max(peak, int(re.search(r'VmHWM:\s*(\d+)', status)[1]))
            except (OSError, TypeError):
                pass
            time.sleep(0.01)
def best(*commands):
    """The least seconds of each command and the highest peak, taking turns."""
    runs = [[run(argv) for argv in commands] for _ in range(rounds)]
    return [(min(r[i][0] for r in runs), max(r[i][1] for r in runs)) for i in range(len(commands))]
def oops(name):
    return [program, 'oops', '--json', f'{folder}/{name}']
def size(name):
    return os.path.getsize(f'{folder}/{name}') / 1e6
below = []
def say(name, value, unit='', form='.1f', least=None, most=None):
    print(f'{name} {value:{form}} {unit}'.rstrip())
    if (least is not None and value < least) or (most is not None and value > most):
        below.append(name)
run(['cat', f'{folder}/clean'])  # into the page cache
(s, rss), (g, _) = best(oops('clean'), ['grep', '-cE', r'BUG:|Oops|WARNING:', f'{folder}/clean'])
mb = size('clean')
say('clean', mb / s / 1000, 'GB/s', '.2f')
say('clean.grep', mb / g / 1000, 'GB/s', '.2f')
say('clean.ratio', g / s, '', '.2f', least=1.5)
say('clean.memory', rss / 1024, 'MB', most=16)
for name in ('dense', 'short', 'one-line', 'tiny-lines', 'cut-here'):
    (s, rss), (tenth, _) = best(oops(name), oops(name + '.tenth'))
    say(name, size(name) / s, 'MB/s', '.0f')
    say(name + '.ten-times', s / tenth, most=11)
    say(name + '.memory', rss / 1024, 'MB', most=16)
waited = passed / used  # this core was another's for the rest
print(f'loaded {"yes" if waited > 1.15 or os.getloadavg()[0] > 1.5 else "no"} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {waited:.2f} s a second of work)')
for name in below:
    print(f'below {name}')
sys.exit(1 if below else 0)
P

#!/bin/bash
# Mails a second from a git epoch of a public-inbox to parsed series in the store, next to plain
# `git cat-file --batch` of the same mails, in turns on one core. What counts is the processor time of
# the poll and of all that it starts: git listing and reading the epoch, parsing, the store with what
# is kept of each mail packed in it, series put together. Two things are measured by themselves:
# fetching the epoch over HTTP, since a server's network is no speed of ours; and the decisions, which
# a poll makes of series in the store: they are taken from it, and a poll that has nothing else to do
# makes them once more. The first tenth of the mails is in the store before, the rest is what is
# measured. Prints lines NAME VALUE [UNIT], and the memory with a tenth and with all; exit 1 below
# 3000 mails a second, below 0.30 of plain reading, or when memory grows with the mails.
#     ingest.sh [MAILS [ROUNDS]]
set -euo pipefail
cd "$(dirname "$0")/.."
mails=${1:-100000} rounds=${2:-3}
export dmalab=${DMALAB:-build/dmalab}
[ -n "${DMALAB:-}" ] || make -s -j"$(nproc)" build/dmalab
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
server=
trap '[ -z "$server" ] || kill $server; [ -n "${KEEP:-}" ] || rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

bench/mails.py "$mails" /dev/null "$T/import"
mkdir -p "$T/cache" "$T/root/bench/git"
repo=$T/root/bench/git/0.git
git init -q --bare --initial-branch=master "$repo"
git -C "$repo" fast-import --quiet --export-marks="$T/marks" <"$T/import"
rm "$T/import"
first=$((mails / 10))
sort -t: -k2n "$T/marks" | awk -v n="$first" 'NR % 2 && NR > 2 * n { print $2 }' >"$T/ids"
tests/servers/inbox.py "$T/root" "$T/port" --max-seconds 3600 &
server=$!
until [ -s "$T/port" ]; do sleep 0.1; done
url=http://127.0.0.1:$(cat "$T/port")/bench
sed -e "s|^#* *work_dir:.*|work_dir: $T/work|" -e "s|^#* *cache_dir:.*|cache_dir: $T/cache|" \
	-e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" -e "s|^patches:.*|patches: $PWD/patches|" \
	-e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
printf 'sources:\n  bench: { type: public-inbox, url: %s, since_days: 3650 }\n' "$url" >>"$T/lab.yaml"

status=0
python3 - "$T" "$mails" "$rounds" <<'EOF' || status=$?
import contextlib, os, shutil, sqlite3, subprocess, sys, time
T, mails, rounds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
repo, mirror, first = f"{T}/root/bench/git/0.git", f"{T}/cache/inboxes/bench/0.git", mails // 10
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # one core, for all that is started here


def stand(commit):
    """How far the server's epoch goes, and its manifest says so."""
    subprocess.run(["git", "-C", repo, "update-ref", "refs/heads/master", commit], check=True)
    os.utime(repo)
    os.utime(f"{repo}/refs/heads")


def memory(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return max((int(l.split()[1]) >> 10 for l in f if l.startswith("VmHWM")), default=0)


def run(command, **more):
    """Seconds by the clock and of processor time of a command and all that it starts, MB of itself."""
    start, most = time.monotonic(), 0
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    while True:
        most = max(most, memory(child.pid))
        pid, status, u = os.wait4(child.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.05)
    if status:
        sys.exit(f"{command} ended with {status}")
    return time.monotonic() - start, u.ru_utime + u.ru_stime, most


def poll():
    return run([os.environ["dmalab"], "agent", "--config", f"{T}/lab.yaml", "--child", "poll:bench"])


def decisions(before):
    """What the decisions on all series behind `before` take: seconds by the clock and of processor time."""
    with contextlib.closing(sqlite3.connect(f"{T}/work/dmalab.db")) as db, db:
        db.execute("UPDATE series SET decision = '' WHERE num > ?", (before,))
    made, idle = poll(), poll()
    return made[0] - idle[0], made[1] - idle[1]


def show(name, runs):
    wall, cpu, _ = min(runs, key=lambda r: r[1])
    n = mails - first
    print(f"{name} {n / cpu:.0f} mails/s of processor time ({n / wall:.0f} by the clock)", flush=True)
    return n / cpu


tip = subprocess.run(["git", "-C", repo, "rev-parse", "master"], check=True, capture_output=True, text=True).stdout.strip()
stand(f"{tip}~{mails - first}")
few = poll()
stand(tip)
shutil.copytree(f"{T}/work", f"{T}/work.first")
with contextlib.closing(sqlite3.connect(f"{T}/work/dmalab.db")) as db:
    before = db.execute("SELECT max(num) FROM series").fetchone()[0]
fetched, plain, ours, decided = poll(), [], [], []
for _ in range(rounds):
    shutil.rmtree(f"{T}/work")
    shutil.copytree(f"{T}/work.first", f"{T}/work")
    os.sync()
    with open(f"{T}/ids", encoding="ascii") as ids:
        plain.append(run(["git", "-C", mirror, "cat-file", "--batch", "--buffer"], stdin=ids))
    decided.append(poll())
    less = decisions(before)
    ours.append((decided[-1][0] - less[0], decided[-1][1] - less[1], decided[-1][2]))
show("with-git-fetch", [fetched])
reading, speed, whole = show("git-cat-file", plain), show("dmalab", ours), show("with-decisions", decided)
many = max(r[2] for r in ours)
print(f"memory {few[2]} MB with {first} mails, {many} MB with {mails - first}")
print(f"share {speed / reading:.3f} of plain reading from the epoch to series in the store (0.30 is wanted), "
      f"{whole / reading:.3f} with the decisions")
sys.exit(speed < 3000 or speed < 0.30 * reading or many > 1.25 * few[2] + 8)
EOF
sqlite3 -readonly "$T/work/dmalab.db" "SELECT 'stored ' || (SELECT count(*) FROM mails) || ' mails, ' ||
	(SELECT count(*) FROM series) || ' series, ' || (SELECT count(*) FROM tasks) || ' to be tested'"
du -m "$T/work/dmalab.db" | awk '{ print "store " $1 " MB" }'
exit $status

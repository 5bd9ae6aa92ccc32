#!/bin/bash
# Mails a second from a git epoch of a public-inbox to series and decisions in the store, next to
# plain `git cat-file --batch` over the same mails in the same run, and the memory it takes.
# Prints lines NAME VALUE [UNIT].     ingest.sh [MAILS]
set -eu
cd "$(dirname "$0")/.."
mails=${1:-100000}
dmalab=${DMALAB:-build/dmalab}
[ -n "${DMALAB:-}" ] || make -s -j"$(nproc)" build/dmalab
T=$(mktemp -d "${TMPDIR:-/tmp}/dmalab-bench.XXXXXX")
server=
trap '[ -z "$server" ] || kill $server; rm -rf "$T"' EXIT
trap 'exit 1' INT TERM

bench/mails.py "$mails" "$T/box" "$T/import"
mkdir -p "$T/www/bench/git" "$T/www/cgi-bin" "$T/cache" "$T/work"
git init -q --bare "$T/www/bench/git/0.git"
git -C "$T/www/bench/git/0.git" symbolic-ref HEAD refs/heads/master
git -C "$T/www/bench/git/0.git" fast-import --quiet --export-marks="$T/marks" <"$T/import"
sort -t: -k2n "$T/marks" | awk 'NR % 2 { print $2 }' >"$T/ids"
python3 - "$T/www/bench" <<'EOF'
import gzip, json, sys
m = {"/bench/git/0.git": {"owner": "bench", "reference": None, "modified": 1, "description": "bench [epoch 0]",
                          "fingerprint": "0" * 40}}
with gzip.open(sys.argv[1] + "/manifest.js.gz", "w") as f:
    f.write(json.dumps(m).encode())
EOF
cat >"$T/www/cgi-bin/inbox" <<EOF
#!/bin/sh
case \$PATH_INFO in
*/manifest.js.gz) printf 'Content-Type: application/gzip\r\n\r\n' && exec cat "$T/www/bench/manifest.js.gz" ;;
esac
PATH_INFO=\${PATH_INFO#/bench}
export PATH_INFO GIT_HTTP_EXPORT_ALL=1 GIT_PROJECT_ROOT="$T/www/bench/git"
exec git http-backend
EOF
chmod +x "$T/www/cgi-bin/inbox"
ln -s 0.git "$T/www/bench/git/0"
(cd "$T/www" && exec python3 -m http.server --cgi --bind 127.0.0.1 0 >"$T/port" 2>/dev/null) &
server=$!
until port=$(sed -n 's/.*port \([0-9]*\).*/\1/p' "$T/port") && [ -n "$port" ]; do sleep 0.1; done
sed -e "s|^#* *work_dir:.*|work_dir: $T/work|" -e "s|^#* *cache_dir:.*|cache_dir: $T/cache|" \
	-e "s|^kernel_tests:.*|kernel_tests: $PWD/kernel-tests|" -e "s|^patches:.*|patches: $PWD/patches|" \
	-e "s|^jobs: \([^0-9].*\)|jobs: $PWD/jobs|" lab.yaml >"$T/lab.yaml"
printf 'sources:\n  bench: { type: public-inbox, url: http://127.0.0.1:%s/cgi-bin/inbox/bench, since_days: 3650 }\n' "$port" >>"$T/lab.yaml"

# run NAME COMMAND…: wall and processor time of it and of what it starts, and the largest of them.
run() {
	python3 - "$mails" "$@" <<'EOF'
import os, resource, subprocess, sys, time
mails, name, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
t = time.monotonic()
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
wall = time.monotonic() - t
u = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{name} {mails / wall:.0f} mails/s ({mails / (u.ru_utime + u.ru_stime):.0f} a second of processor time), "
      f"at most {u.ru_maxrss / 1024:.0f} MB")
EOF
}
repo=$T/www/bench/git/0.git
run git-cat-file sh -c "git -C '$repo' cat-file --batch --buffer <'$T/ids'"
run git-clone git clone -q --mirror "http://127.0.0.1:$port/cgi-bin/inbox/bench/0" "$T/clone"
run dmalab-and-fetch "$dmalab" agent --config "$T/lab.yaml" --child poll:bench
sqlite3 -readonly "$T/work/dmalab.db" "SELECT 'stored ' || (SELECT count(*) FROM mails) || ' mails, ' ||
	(SELECT count(*) FROM series) || ' series, ' || (SELECT count(*) FROM tasks) || ' to be tested'"
du -m "$T/work/dmalab.db" | awk '{ print "store " $1 " MB" }'
# The mirror is there now: what is left is reading, parsing, and the store.
rm -r "$T/work"
run dmalab "$dmalab" agent --config "$T/lab.yaml" --child poll:bench

#!/bin/bash
# The service as installed, under a real systemd: it is ready, watched, reloaded and stopped, and what
# hardens it does not hinder a series from its verdict.
. "$(dirname "$0")/lib.sh"
if [ "$(id -u)" != 0 ] || [ ! -x /lib/systemd/systemd ] || ! unshare --mount --pid --fork --cgroup true 2>/dev/null; then
	skip "the service under systemd" "it needs root, systemd and namespaces"
	echo "1..$n"
	exit
fi
DMALAB=$(realpath "$DMALAB")
DESTDIR=$T/dest PREFIX=/usr make -s -C "$top" B="$(dirname "$DMALAB")" -o "$DMALAB" install || exit 1
mkdir -p "$T/box/new" "$T/box/cur" "$T/box/tmp"
cp "$top/tests/series/build-error.mbox" "$T/box/new/1"
lab_yaml
cache=$(sed -n 's/^#* *cache_dir: *//p' "$LAB")
cat >"$T/script.sh" <<-'END'
	rm -rf /etc/dmalab
	cp -a /shared/dest/. /
	mkdir -p /var/lib/dmalab && mount -t tmpfs tmpfs /var/lib/dmalab # not this machine's
	{ cat /etc/dmalab/lab.yaml; printf 'sources:\n  box: { type: folder, path: /srv/box, every: 1 }\n'; } >/tmp/lab.yaml
	cp /tmp/lab.yaml /etc/dmalab/lab.yaml
	mkdir -p /srv/box && cp -a /shared/box/. /srv/box
	systemd-sysusers dmalab.conf && systemd-tmpfiles --create dmalab.conf
	mkdir -p /run/systemd/system/dmalab-agent.service.d
	printf '[Service]\nWatchdogSec=4\nRestartSec=1\nStandardError=append:/shared/agent.log\n' >/run/systemd/system/dmalab-agent.service.d/test.conf
	systemctl daemon-reload
	is() { echo "$1 $(systemctl show -p "$2" --value dmalab-agent)"; }
	systemctl start dmalab-agent
	echo "start $?"
	is started ActiveState
	is watched WatchdogUSec
	ask() { sqlite3 -cmd ".timeout 5000" /var/lib/dmalab/dmalab.db "$1"; }
	for _ in $(seq 1500); do
		[ "$(ask "SELECT count(*) FROM tasks WHERE state IN ('done', 'failed') OR attempts > 1")" = 0 ] || break
		sleep 0.2
	done
	ask "SELECT state, attempts, why FROM tasks"
	ask "SELECT 'verdict ' || v.kind || ': ' || r.kind FROM verdicts v JOIN reasons r ON r.verdict = v.num"
	systemctl reload dmalab-agent
	echo "reload $?"
	sleep 6
	is alive NRestarts
	kill -STOP "$(systemctl show -p MainPID --value dmalab-agent)"
	for _ in $(seq 200); do
		[ "$(systemctl show -p NRestarts --value dmalab-agent)" = 0 ] || break
		sleep 0.1
	done
	is hung NRestarts
	sleep 2
	is again ActiveState
	echo 0123456789abcdef >/etc/dmalab/token && chmod 600 /etc/dmalab/token
	printf 'serve: { token_file: token }\n' >>/etc/dmalab/lab.yaml
	mkdir -p /run/systemd/system/dmalab-serve.socket.d
	printf '[Socket]\nListenStream=\nListenStream=/run/dmalab.sock\n' >/run/systemd/system/dmalab-serve.socket.d/test.conf
	mkdir -p /run/systemd/system/dmalab-serve.service.d
	printf '[Service]\nStandardOutput=append:/shared/serve.log\n' >/run/systemd/system/dmalab-serve.service.d/test.conf
	systemctl daemon-reload
	systemctl start dmalab-serve.socket
	page() { curl -s -m 10 -o /dev/null -w "$1 %{http_code}\n" --unix-socket /run/dmalab.sock "${@:3}" "http://localhost$2"; }
	echo "before $(systemctl show -p ActiveState --value dmalab-serve)"
	page page /series
	page again /do/retest -d 'series=1&token=0123456789abcdef' -H 'Origin: http://localhost'
	systemctl stop dmalab-serve.socket dmalab-serve
	echo "serve $(systemctl show -p Result --value dmalab-serve)"
	before=$(date +%s)
	systemctl stop dmalab-agent
	echo "stop $? $(($(date +%s) - before < 10))"
	is ended Result
END
timeout -k 5 400 "$top/tests/servers/systemd.sh" "$T" script.sh "$cache" /var/cache/dmalab >"$T/log" 2>&1
sed 's/^/# /' "$T/out"
says() { grep -qx -- "$1" "$T/out" || { cat "$T/log" "$T/agent.log"; return 1; }; }
ok "it starts, and says when it is ready" says "start 0"
ok "... active" says "started active"
ok "... watched" says "watched 4s"
ok "a series is built in its sandbox, and has its verdict" says "verdict fail: build-error"
ok "it is reloaded" says "reload 0"
ok "it keeps its watchdog quiet" says "alive 0"
ok "one that hangs is started again" says "hung 1"
ok "... and works" says "again active"
ok "its pages' socket waits for who asks" says "before inactive"
ok "... who is answered" says "page 200"
ok "... and may act, by what hardens the service" says "again 303"
ok "... and is in the log" grep -q '^- - - .*"GET /series HTTP/1.1" 200 ' "$T/serve.log"
ok "... until it is ended" says "serve success"
ok "it stops within ten seconds" says "stop 0 1"
ok "... as it should" says "ended success"
echo "1..$n"

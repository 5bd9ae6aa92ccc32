#!/bin/bash
# A whole LAVA server on loopback: Debian's packages in namespaces of their own, all that they
# write below one folder. Root only. It ends with `down`, with the process that it is for, or
# after two hours, whichever is first; nothing stays behind.
#   lava.sh up DIR [PID]           comes back when it takes jobs; ends when process PID does
#                                  (default: the caller; 0: nobody's)
#   lava.sh down DIR               ends all of it; `up DIR` goes on where it was
#   lava.sh env DIR                where it answers and who may ask, as shell assignments
#   lava.sh stop-server DIR        web server, publisher and scheduler are killed, and
#   lava.sh start-server DIR       … come back at the same ports
#   lava.sh stop-db|start-db|restart-db DIR
#   lava.sh kill-worker DIR NAME   as a power cut: the worker, its jobs and their machines
#   lava.sh kill-daemon DIR NAME   the worker's daemon alone: its jobs run on
#   lava.sh start-worker DIR NAME
#   lava.sh manage DIR ARG…        `lava-server manage ARG…`
#   lava.sh run DIR COMMAND…       a command among its processes and files, as root
# Workers: worker1, worker2. Devices: qemu01 (type qemu-virt, at worker1), qemu02 (type
# qemu-smdkc210, at worker2), uboot-sim-01 (board.sh, at worker1). Users: admin, dmalab. An initialised server is kept below
# $DMALAB_CACHE (default: /var/cache/dmalab) and copied the next time.
set -eu
here=$(cd "$(dirname "$(realpath "$0")")" && pwd)
jobs=$(realpath "$here/../../jobs")
verb=${1:?verb}
dir=$(realpath -m "${2:?folder}")
shift 2
kept=${DMALAB_CACHE:-/var/cache/dmalab}/lava-server

die() {
	echo "lava.sh: $*" >&2
	exit 1
}

# The namespaces' first process as this side sees it; they end with it.
first() {
	local pid
	pid=$(grep -o '[0-9]*' "$dir/info" 2>/dev/null | head -n 1) && [ -n "$pid" ] || return 1
	tr '\0' '\n' 2>/dev/null <"/proc/$pid/cmdline" | grep -qxF "$dir/run" || return 1
	echo "$pid"
}

run() {
	local pid
	pid=$(first) || die "$dir is not up"
	nsenter -t "$pid" -m -i -p env -i -C / PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
}
# The scripts lie in there, too: where they are here may be out of sight (/tmp is another).
part() {
	cp "$here/lava-inside.sh" "$here/lava-setup.py" "$dir/etc/"
	run bash /etc/lava-server/lava-inside.sh "$@"
}

# A process of its own: holds the namespaces as long as whom they are for.
hold() {
	# Inside, / is read-only. --die-with-parent: they do not outlive this process either.
	bwrap --die-with-parent --unshare-pid --unshare-ipc --cap-add ALL --info-fd 3 \
		--ro-bind / / --dev /dev --proc /proc \
		--perms 1777 --tmpfs /dev/shm --perms 1777 --tmpfs /tmp \
		--bind "$dir/run" /run --bind "$dir/etc" /etc/lava-server \
		--bind "$dir/home" /var/lib/lava-server --bind "$dir/worker" /var/lib/lava/dispatcher \
		--ro-bind "$dir/etc/tftpd-hpa" /etc/default/tftpd-hpa \
		--bind "$dir/pg" /var/lib/postgresql --bind "$dir/log" /var/log/lava-server \
		--chdir / sleep infinity 3>"$dir/info" &
	setpriv --pdeathsig KILL sleep 7200 3>&- &
	if [ "$1" != 0 ]; then
		setpriv --pdeathsig KILL tail -s 1 --pid="$1" -f /dev/null 3>&- &
	fi
	wait -n || true
	down
	# shellcheck disable=SC2046 # process ids
	kill -9 $(jobs -p) 2>/dev/null || true
	rm -f "$dir/info"
}

# What a kept server depends on.
key() {
	{
		dpkg-query -W -f '${Package} ${Version}\n' lava-server postgresql-15 python3-django
		cat "$here"/lava.sh "$here"/lava-inside.sh "$here"/lava-setup.py
		ls "$jobs/device-types"
	} | sha256sum | cut -c 1-16
}

# Below those that the kernel hands to clients (ip_local_port_range): a server that is away for a
# while finds its ports free, and none of its clients talks to itself.
ports() {
	python3 - <<-'END'
		import random, socket
		found = []
		for port in random.sample(range(15000, 32000), 1000):
		    with socket.socket() as s:
		        try:
		            s.bind(("127.0.0.1", port))
		        except OSError:
		            continue
		    found.append(port)
		    if len(found) == 3:
		        break
		print("http=%d ws=%d zmq=%d" % tuple(found))
	END
}

settings() {
	[ -s "$dir/etc/ports" ] || ports >"$dir/etc/ports"
	. "$dir/etc/ports"
	# Debian's defaults listen on all addresses and send no events.
	cat >"$dir/etc/settings.yaml" <<-END
		SECRET_KEY: for-tests-on-loopback-only
		DATABASES: {default: {ENGINE: django.db.backends.postgresql, NAME: lavaserver, USER: lavaserver, HOST: /run/postgresql}}
		ALLOWED_HOSTS: ["127.0.0.1", "localhost"]
		EVENT_NOTIFICATION: true
		EVENT_SOCKET: "tcp://127.0.0.1:$zmq"
		SESSION_COOKIE_SECURE: false
		CSRF_COOKIE_SECURE: false
	END
	local w
	cp /etc/lava-server/env.yaml "$dir/etc/"
	echo 'TFTP_DIRECTORY="/var/lib/lava/dispatcher/tmp"' >"$dir/etc/tftpd-hpa"
	cp "$here/board.sh" "$jobs/devices/uboot-sim.jinja2" "$dir/etc/"
	for w in worker1 worker2; do
		mkdir -p "$dir/etc/dispatcher.d/$w"
		echo 'dispatcher_ip: 127.0.0.1' >"$dir/etc/dispatcher.d/$w/dispatcher.yaml"
	done
	mkdir -p "$dir/etc/dispatcher-config"/{devices,device-types,health-checks}
	cp "$jobs"/device-types/*.jinja2 "$dir/etc/dispatcher-config/device-types/"
	cp "$jobs/devices/virt.jinja2" "$dir/etc/dispatcher-config/devices/qemu01.jinja2"
	cp "$jobs/devices/smdkc210.jinja2" "$dir/etc/dispatcher-config/devices/qemu02.jinja2"
}

start_hold() {
	local fd i
	: >"$dir/info"
	( # No file of the caller's is kept open: it may wait for a pipe's end or a lock.
		for fd in /proc/self/fd/*; do
			[ "${fd##*/}" -le 2 ] || eval "exec ${fd##*/}>&-"
		done
		exec setsid "$0" hold "$dir" "$1" >"$dir/log/hold.log" 2>&1 </dev/null
	) &
	for i in $(seq 50); do
		! first >/dev/null || return 0
		sleep 0.1
	done
	die "no namespaces: $(cat "$dir/log/hold.log")"
}

up() {
	local new=0 had
	[ "$(id -u)" = 0 ] || die "needs root"
	command -v lava-server >/dev/null || die "needs Debian's lava-server"
	! first >/dev/null || die "$dir is up already"
	had=$kept/$(key)
	if [ ! -d "$dir/pg/data" ]; then
		mkdir -p "$dir"
		if [ -d "$had" ]; then cp -a "$had/." "$dir"; else new=1; fi
	fi
	mkdir -p "$dir"/{run,etc,home,worker,pg,log}
	chmod 755 "$dir/run"
	settings
	start_hold "$1"
	if [ $new = 1 ]; then
		part initialise
		keep "$had" || true
	fi
	part start
	install -m 600 "$dir/home/tokens/admin" "$dir/admin.token"
	install -m 600 "$dir/home/tokens/dmalab" "$dir/dmalab.token"
}

# Keeps what `initialise` made; whoever else is at it at the same time makes the same.
keep() {
	local new
	mkdir -p "$kept"
	new=$(mktemp -d "$kept/new.XXXXXX")
	cp -a "$dir/pg" "$dir/home" "$new"
	sync -f "$new"
	find "$kept" -mindepth 1 -maxdepth 1 ! -path "$new" ! -name 'new.*' -exec rm -rf {} +
	find "$kept" -mindepth 1 -maxdepth 1 -name 'new.*' -mmin +60 -exec rm -rf {} +
	mv -T "$new" "$1" 2>/dev/null || rm -rf "$new"
}

down() {
	local pid
	pid=$(first) || return 0
	# The first one is the last to be gone.
	while kill -9 "$pid" 2>/dev/null; do sleep 0.05; done
}

show_env() {
	. "$dir/etc/ports"
	cat <<-END
		LAVA_URL=http://127.0.0.1:$http
		LAVA_TOKEN_FILE='$dir/dmalab.token'
		LAVA_ADMIN_TOKEN_FILE='$dir/admin.token'
		LAVA_WS=http://127.0.0.1:$ws/ws/
		LAVA_EVENTS=tcp://127.0.0.1:$zmq
		LAVA_PORTS='$http $ws $zmq'
	END
}

case $verb in
up) up "${1:-$PPID}" ;;
hold) hold "$1" ;;
down) down ;;
env) show_env ;;
run) run "$@" ;;
manage | stop-server | start-server | stop-db | start-db | restart-db) part "$verb" "$@" ;;
kill-worker | kill-daemon | start-worker) part "$verb" "${1:?worker}" ;;
*) die "no such verb: $verb" ;;
esac

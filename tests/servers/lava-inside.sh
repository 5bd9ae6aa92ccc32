# Run by lava.sh among the server's own processes and files; the verbs are there.
set -eu
log=/var/log/lava-server
pg=/usr/lib/postgresql/15/bin
. /etc/lava-server/ports

as() {
	local user=$1
	shift
	setpriv --reuid "$user" --regid "$user" --init-groups env HOME=/tmp "$@"
}
manage() { as lavaserver lava-server manage "$@"; }

# start PART NAME COMMAND…: in the background, as a session of its own.
start() {
	local part=$1 name=$2
	shift 2
	setsid "$@" >>"$log/$name.out" 2>&1 </dev/null &
	echo $! >"/run/$name.pid"
	echo $! >>"/run/$part.sessions"
}
# All that is in a part's sessions, those from before its daemon was started again too, and all
# that comes of it: a job's QEMU has a session of its own.
of_part() {
	sed 's/^\([0-9]*\) .*) . \([0-9]*\) [0-9]* \([0-9]*\) .*/\1 \2 \3/' /proc/[0-9]*/stat 2>/dev/null |
		awk -v list="$(cat "/run/$1.sessions" 2>/dev/null)" '
			BEGIN { n = split(list, s); for (i = 1; i <= n; i++) ours[s[i]] = 1 }
			{ parent[$1] = $2; if ($3 in ours) found[$1] = 1 }
			END {
				do {
					more = 0
					for (p in parent) if (!(p in found) && parent[p] in found) { found[p] = 1; more = 1 }
				} while (more)
				for (p in found) print p
			}'
}
kill_part() {
	local pids
	while pids=$(of_part "$1") && [ -n "$pids" ]; do
		# shellcheck disable=SC2086 # process ids
		kill -9 $pids 2>/dev/null || true
		sleep 0.05
	done
	rm -f "/run/$1.sessions"
}

start_db() {
	mkdir -p /run/postgresql
	chown postgres /run/postgresql
	# No TCP. What is here dies with the machine anyway: no fsync.
	as postgres $pg/pg_ctl -s -w -D /var/lib/postgresql/data -l /var/lib/postgresql/log -o "-c listen_addresses= \
		-c unix_socket_directories=/run/postgresql -c fsync=off -c full_page_writes=off -c shared_buffers=32MB \
		-c synchronous_commit=off -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=64MB" start
}
stop_db() { as postgres $pg/pg_ctl -s -w -m "${1:-fast}" -D /var/lib/postgresql/data stop; }

initialise() {
	chown postgres /var/lib/postgresql
	as postgres $pg/initdb -D /var/lib/postgresql/data -A peer -E UTF8 --locale=C.UTF-8 --no-sync \
		--wal-segsize=4 >/var/lib/postgresql/initdb.log
	start_db
	as postgres psql -q -h /run/postgresql -c 'create role lavaserver login' \
		-c 'create database lavaserver owner lavaserver template template0'
	mkdir -p /var/lib/lava-server/{home,tokens,default/media/job-output}
	chown -R lavaserver /var/lib/lava-server
	manage shell -c "$(cat /etc/lava-server/lava-setup.py)" >$log/setup.log 2>&1 || {
		tail -n 20 $log/setup.log >&2
		exit 1
	}
	stop_db
}

start_server() {
	# One process each for the web server would do; two answer while one waits for the database.
	start server gunicorn setpriv --reuid lavaserver --regid lavaserver --init-groups \
		gunicorn lava_server.wsgi --log-level INFO --log-file $log/gunicorn.log \
		--access-logfile $log/access.log --worker-class eventlet --workers 2 --bind "127.0.0.1:$http"
	start server publisher setpriv --reuid lavaserver --regid lavaserver --init-groups \
		lava-server manage lava-publisher --user lavaserver --group lavaserver --level INFO \
		--log-file $log/publisher.log --host 127.0.0.1 --port "$ws"
	start server scheduler setpriv --reuid lavaserver --regid lavaserver --init-groups \
		lava-server manage lava-scheduler --user lavaserver --group lavaserver --level INFO \
		--log-file $log/scheduler.log --event-url "tcp://127.0.0.1:$zmq"
}

start_worker() {
	# A ping each 20 s is the default: how long it takes to see that a job is over.
	start "$1" "$1" lava-worker --name "$1" --level INFO --log-file "$log/$1.log" \
		--worker-dir "/var/lib/lava/dispatcher/$1" --token-file "/var/lib/lava-server/tokens/$1" \
		--url "http://127.0.0.1:$http/" --ws-url "http://127.0.0.1:$ws/ws/" \
		--ping-interval 2 --job-log-interval 1
}

ask() {
	curl -s -m 5 -H "Authorization: Token $(cat /var/lib/lava-server/tokens/admin)" "http://127.0.0.1:$http/api/v0.2/$1"
}
last_ping() { ask "workers/$1/" | grep -o '"state":"Online".*"last_ping":"[^"]*"' || true; }

# wait_for COMMAND…: until it says something, and something else than $before.
wait_for() {
	local now
	for _ in $(seq 300); do
		now=$("$@") || now=
		[ -z "$now" ] || [ "$now" = "${before:-}" ] || return 0
		sleep 0.2
	done
	echo "no answer: $*" >&2
	tail -n 20 $log/*.out >&2
	exit 1
}

chown lavaserver $log
case $1 in
initialise) initialise ;;
start)
	chown -R lavaserver /etc/lava-server/dispatcher-config
	# From before `down`: its process id means nothing among these.
	rm -f /var/lib/postgresql/data/postmaster.pid /run/*.sessions
	start_db
	start_server
	mkdir -p /var/lib/lava/dispatcher/tmp
	# It ends with its parent, which must not be this script.
	rm -rf /run/board
	start board board sh -c 'bash /etc/lava-server/board.sh serve /run/board /var/lib/lava/dispatcher/tmp /etc/lava-server/uboot-sim.jinja2 & wait'
	wait_for ls /run/board/uboot-sim-01.jinja2 2>/dev/null
	cp /run/board/uboot-sim-01.jinja2 /etc/lava-server/dispatcher-config/devices/
	start_worker worker1
	start_worker worker2
	wait_for last_ping worker1
	wait_for last_ping worker2
	;;
stop-server) kill_part server ;;
start-server)
	start_server
	wait_for ask system/version/
	;;
stop-db) stop_db ;;
start-db) start_db ;;
restart-db)
	stop_db
	start_db
	;;
kill-worker) kill_part "$2" ;;
kill-daemon) kill -9 "$(cat "/run/$2.pid")" ;;
start-worker)
	# For a minute the server takes a worker that is gone for one that is there.
	before=$(last_ping "$2")
	start_worker "$2"
	wait_for last_ping "$2"
	;;
manage)
	shift
	manage "$@"
	;;
esac

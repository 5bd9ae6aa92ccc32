#!/bin/bash
# Everything between us and a LAVA server goes wrong, one thing after the other: no verdict is wrong,
# no boot is done twice, nothing waits for ever.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
. "$here/lava.sh"
S=$top/tests/series

comes_up() {
	serve_lava && : >"$T/words" || return 1
	"$top/tests/servers/lava-proxy.py" "$T/proxy.port" "$T/proxy.log" "$T/words" "${LAVA_URL##*:}" 2>"$T/proxy.err" &
	servers+=($!)
	wait_for 20 test -s "$T/proxy.port" || return 1
	FARM_URL=http://127.0.0.1:$(cat "$T/proxy.port")
	lab_yaml && add_farm queue_s=60 && edit_lab "lab['limits']['retries'] = 1
lab['labs']['dead'] = dict(lab['labs']['farm'], url='http://127.0.0.1:1', queue_s=10, listen='127.0.0.1:$(free_port)')
lab['targets']['virt-dead'] = dict(lab['targets']['virt-farm'], lab='dead')"
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# tests NAME TARGET…: the good series is tested there, in the background; its boots are not known.
tests() {
	local name=$1 target targets=()
	shift
	for target; do targets+=(--target "$target"); done
	if [ -e "$T/work/dmalab.db" ]; then
		first=$(($(store "SELECT COALESCE(max(num), 0) FROM submissions") + 1))
		sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" "DELETE FROM outcomes WHERE target <> 'virt-farm' OR build_id IN
			(SELECT b.id FROM builds b JOIN checkouts c ON c.id = b.checkout_id WHERE c.name <> '' OR '$name' = 'posts')"
	fi
	began=$SECONDS
	timeout -k 20 300 "$DMALAB" test --json --config "$LAB" --mbox "$S/good.mbox" "${targets[@]}" >"$T/$name.json" 2>"$T/$name.err" &
	tested=$!
}
# ends NAME VERDICT SECONDS: … with this verdict within so many seconds, all submissions with it.
ends() {
	wait $tested
	local took=$((SECONDS - began)) is
	is=$(json "$T/$1.json" 'd["verdict"]')
	echo "# $1: $is after $took s" >&2
	cat "$T/$1.err"
	json "$T/$1.json" 'd["reasons"]'
	store "SELECT num, target, state, job_id FROM submissions WHERE num >= $first"
	[ "$is" = "$2" ] && [ $took -le "$3" ] && [ "$(store "SELECT count(*) FROM submissions WHERE state <> 'ended'")" = 0 ]
}
# jobs_each: how many jobs the server has of each submission of this test, in order.
jobs_each() {
	local num key all=""
	for num in $(store "SELECT num FROM submissions WHERE num >= $first ORDER BY num"); do
		key=$(store "SELECT key FROM submission_rows WHERE num = $num")
		all+="$(lava_jobs "$key" | awk -v key="$key" '$4 == key' | wc -l) "
	done
	echo "${all% }"
}
each_is() { [ "$(jobs_each | tee "$T/each")" = "$1" ] || { cat "$T/each"; return 1; }; }
# says NAME EXPRESSION: a Python expression over the document holds.
says() { [ "$(json "$T/$1.json" "$2")" = true ] || { cat "$T/$1.err"; json "$T/$1.json" 'd["reasons"]'; return 1; }; }

running() { # the newest submission's job runs
	local id
	id=$(store "SELECT lava_id FROM submissions WHERE num >= $first AND lava_id > 0 ORDER BY num DESC LIMIT 1")
	[ -n "$id" ] && [ "$(lava_state "$id" 2>/dev/null)" = "Running Unknown" ] && job=$id
}
follower() { pgrep -f -- "--config $LAB --child lab:farm"; }

posts() {
	printf '%s\n' lost doubled dropped held >"$T/words"
	tests posts virt-farm smdkc210-farm
	wait_for 200 grep -q '^held POST' "$T/proxy.log" || { cat "$T/posts.err" "$T/proxy.log"; return 1; }
	kill -9 "$(follower)" || return 1
	ends posts pass 300
}
posted_once() { # the doubled one's second was taken back
	grep -v '^pass' "$T/proxy.log"
	each_is "1 2 1 1" && [ "$(lava_jobs "$(store "SELECT key FROM submission_rows WHERE num = $first + 1")" | awk '{ print $3 }' | paste -sd' ')" = "Complete Canceled" ]
}

database_restarts() {
	tests db virt-farm
	wait_for 60 running && lava restart-db && ends db pass 120 && each_is 1
}
server_down() {
	tests down virt-farm
	wait_for 60 running && lava stop-server || return 1
	sleep 25
	lava start-server && ends down pass 150 && each_is 1
}
worker_dies() {
	tests worker virt-farm
	wait_for 60 running && lava kill-worker worker1 && lava start-worker worker1 && ends worker pass 200 && each_is "1 1" &&
		store "SELECT reason FROM jobs WHERE id = (SELECT job_id FROM submissions WHERE num = $first)" | tee "$T/reason" | grep -q 'without a result'
}
canceled_there() {
	tests canceled virt-farm
	wait_for 60 running && lava_as_admin "jobs/$job/cancel/" && ends canceled pass 120 && each_is "1 1" &&
		store "SELECT outcome, reason FROM jobs WHERE id = (SELECT job_id FROM submissions WHERE num = $first)" | tee "$T/reason" | grep -q 'infra.*canceled by somebody else'
}
no_files() { # nobody else may serve them while this holds the lock
	flock "$T/work/files-farm.lock" sleep 600 &
	local holder=$!
	servers+=("$holder")
	tests files virt-farm
	wait_for 120 eval '[ -n "$(store "SELECT 1 FROM submissions WHERE num = $first AND state = '"'ended'"'")" ]' || return 1
	pkill -P "$holder"
	kill "$holder" 2>/dev/null
	ends files pass 200 && each_is "1 1" &&
		store "SELECT outcome, reason FROM jobs WHERE id = (SELECT job_id FROM submissions WHERE num = $first)" | tee "$T/reason" | grep -q '^infra'
}
bad_and_dead() {
	edit_lab "lab['limits']['retries'] = 0; lab['labs']['farm']['queue_s'] = 15"
	lava manage devices update qemu02 --health BAD || return 1
	before=$(lava_jobs dmalab- | wc -l)
	tests bad virt-farm smdkc210-farm virt-dead
	ends bad none 90
}
said_bad() {
	says bad 'any(r["kind"] == "infra" and r["target"] == "smdkc210-farm" and "no device of type qemu-smdkc210" in r["detail"] for r in d["reasons"])' &&
		[ "$(lava_jobs dmalab- | wc -l)" = $((before + 1)) ]
}
said_dead() { says bad 'any(r["kind"] == "infra" and r["target"] == "virt-dead" and "has not answered" in r["detail"] for r in d["reasons"])'; }
other_stands() {
	says bad '{r["kind"] for r in d["reasons"]} == {"infra"} and {r["target"] for r in d["reasons"]} == {"smdkc210-farm", "virt-dead"} and any(t["environment"]["comment"] == "virt-farm" and t["status"] == "PASS" for t in d["kcidb"]["tests"])' &&
		[ $(($(store "SELECT max(ended) FROM submissions WHERE num >= $first AND target = 'virt-farm'") - $(store "SELECT max(created) FROM submissions WHERE num >= $first AND target = 'virt-farm'"))) -lt 30 ]
}
queue_is_full() { # somebody's job has the device
	lava manage devices update qemu02 --health GOOD || return 1
	mkdir "$T/none" && : >"$T/none/zImage" && : >"$T/none/initramfs.cpio.gz" && : >"$T/none/smdkc210.dtb" && serve_files "$T/none" || return 1
	other=$(lava_job qemu-smdkc210 smdkc210.dtb none somebody-elses | lava_submit) && wait_for 60 eval '[ "$(lava_state "$other")" = "Running Unknown" ]' || return 1
	tests full smdkc210-farm
	ends full none 90 && each_is "1 1" && says full 'all(r["kind"] == "infra" and "in its queue for a device" in r["detail"] for r in d["reasons"])'
}

if [ "$(id -u)" != 0 ]; then
	skip "a LAVA server that fails makes no verdict wrong" "needs root"
	exit 0
fi
[ -z "${DMALAB_WORK:-}" ] || ln -s "$DMALAB_WORK" "$T/work" # of an earlier run, while this is written
first=1
ok "the LAVA server comes up behind a bad line" comes_up
ok "answers to a POST are lost, one comes twice, one never arrives, the follower is killed: pass" posts
ok "... and each boot was done once" posted_once
ok "the database restarts in the middle of a job" database_restarts
ok "the server is away for 25 s in the middle of a job" server_down
ok "a worker dies with its job, which is tried again" worker_dies
ok "a job that somebody else cancels is tried again" canceled_there
ok "the endpoint of the kernels is away, and what failed is tried again" no_files
ok "a device that is bad and a lab that is dead: no verdict, by the labs alone" bad_and_dead
ok "... nothing is submitted for the bad one, which is said" said_bad
ok "... the dead one is said" said_dead
ok "... and what the other target says was there in time" other_stands
ok "a job that no device takes in time is no fault of the series" queue_is_full
echo "1..$n"

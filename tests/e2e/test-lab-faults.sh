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
	lab_yaml "/^  rate: /d" && add_farm queue_s=300 && edit_lab "lab['limits']['retries'] = 1
lab['labs']['dead'] = dict(lab['labs']['farm'], url='http://127.0.0.1:1', queue_s=10, listen='127.0.0.1:$(free_port)')"
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# tests NAME TARGET…: the good series is tested in the background, on both targets; how it does on
# these is not known.
tests() {
	local name=$1 kernels="SELECT b.id FROM builds b JOIN checkouts c ON c.id = b.checkout_id WHERE c.name <> ''"
	shift
	if [ -e "$T/work/dmalab.db" ]; then
		first=$(($(store "SELECT COALESCE(max(num), 0) FROM submissions") + 1))
		[ "$name" != posts ] || kernels="SELECT id FROM builds"
		sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" \
			"DELETE FROM outcomes WHERE target IN ('${1:-}', '${2:-}') AND build_id IN ($kernels)"
	fi
	began=$SECONDS
	timeout -k 20 600 "$DMALAB" test --json --config "$LAB" --mbox "$S/good.mbox" --plan farm >"$T/$name.json" 2>"$T/$name.err" &
	tested=$!
}
# ends NAME VERDICT SECONDS: … with this verdict within so many seconds, all submissions with it.
ends() {
	wait "$tested"
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
	[ -n "$id" ] && [ "$(lava_state "$id" 2>/dev/null)" = "Running Unknown" ]
}
follower() { pgrep -f -- "--config $LAB --child lab:farm"; }

posts() {
	printf '%s\n' lost doubled dropped held >"$T/words"
	tests posts virt-farm smdkc210-farm
	wait_for 400 grep -q '^held POST' "$T/proxy.log" || { cat "$T/posts.err" "$T/proxy.log"; return 1; }
	kill -9 "$(follower)" || return 1
	ends posts pass 600
}
posted_once() { # the doubled one's second was taken back
	grep -v '^pass' "$T/proxy.log"
	each_is "1 2 1 1" && [ "$(lava_jobs "$(store "SELECT key FROM submission_rows WHERE num = $first + 1")" | awk '{ print $3 }' | paste -sd' ')" = "Complete Canceled" ]
}

# A series by mail to an agent, which is killed with all its children between a POST and its answer.
agent_starts() {
	"$DMALAB" agent --config "$LAB" >>"$T/agent.log" 2>&1 &
	servers+=($!)
}
agent_is() { pgrep -f -- "agent --config $LAB"; }
task_is() { [ "$(store "SELECT count(*) || ' ' || max(state) FROM tasks")" = "1 $1" ]; }
agent_killed() {
	local verdicts all
	edit_lab "lab['sources'] = {'inbox': {'type': 'folder', 'path': '$T/mails.mbox', 'every': 1, 'since_days': 3650}}
lab['relevance'] = {'all': {'paths': ['*'], 'plan': 'farm'}}"
	first=$(($(store "SELECT max(num) FROM submissions") + 1))
	verdicts=$(store "SELECT count(*) FROM verdicts")
	sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" "DELETE FROM outcomes WHERE build_id IN
		(SELECT b.id FROM builds b JOIN checkouts c ON c.id = b.checkout_id WHERE c.name <> '')" && : >"$T/proxy.log" && echo held >"$T/words" &&
		cp "$S/good.mbox" "$T/mails.mbox" && agent_starts || return 1
	wait_for 150 grep -q '^held POST' "$T/proxy.log" || { cat "$T/agent.log"; return 1; }
	# All at one moment: the agent sees none of them end.
	all=$(agent_is)
	# shellcheck disable=SC2086 # process ids
	kill -STOP $all && kill -9 $all
	wait_for 10 eval '! agent_is' || return 1
	store "SELECT 'killed', num, state FROM submissions WHERE num >= $first UNION ALL SELECT 'task', num, state FROM tasks" | tee "$T/killed"
	task_is running && grep -qx "killed|$first|posted" "$T/killed" || { cat "$T/agent.log"; return 1; }
	agent_starts
	wait_for 150 task_is 'done' || { cat "$T/agent.log"; store "SELECT * FROM tasks"; return 1; }
	# shellcheck disable=SC2046 # process ids
	kill $(agent_is)
	cat "$T/agent.log"
	wait_for 12 eval '! agent_is' && each_is "1 1" && [ "$(store "SELECT count(*) - $verdicts FROM verdicts")" = 1 ] &&
		[ "$(store "SELECT v.kind FROM tasks t JOIN verdicts v ON v.num = t.verdict")" = pass ]
}

database_restarts() {
	tests db virt-farm
	wait_for 60 running && lava stop-db || return 1
	wait_for 20 grep -q '^dmalab: lab farm: ' "$T/db.err" # it has been seen
	lava start-db && ends db pass 120 && each_is 1 && grep -q 'lab farm answers again' "$T/db.err"
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
# somebody_has TYPE DTB: another's job has the device, with a kernel that spins, for a minute.
somebody_has() {
	if [ ! -d "$T/spin" ]; then
		mkdir "$T/spin" && python3 -c 'import sys; sys.stdout.buffer.write(b"\xfe\xff\xff\xea" * 4096)' >"$T/spin/zImage" &&
			: | gzip >"$T/spin/initramfs.cpio.gz" && serve_files "$T/spin" || return 1
	fi
	echo '/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; };' | dtc -O dtb -o "$T/spin/$2" &&
		other=$(lava_job "$1" "$2" none somebody-elses | lava_submit) && wait_for 60 eval '[ "$(lava_state "$other")" = "Running Unknown" ]'
}
newest_is() { [ "$(store "SELECT state FROM submissions WHERE num >= $first ORDER BY num DESC LIMIT 1")" = "$1" ]; }
canceled_there() {
	somebody_has qemu-virt virt.dtb || return 1
	tests canceled virt-farm
	wait_for 60 newest_is queued && lava_as_admin "jobs/$(store "SELECT max(lava_id) FROM submissions WHERE num >= $first")/cancel/" &&
		lava_as_admin "jobs/$other/cancel/" && ends canceled pass 120 && each_is "1 1" &&
		store "SELECT outcome, reason FROM jobs WHERE id = (SELECT job_id FROM submissions WHERE num = $first)" | tee "$T/reason" | grep -q 'infra.*canceled by somebody else'
}
# no_endpoint COMMAND…: nobody else serves kernels while this runs, since it holds the lock.
no_endpoint() {
	flock -F "$T/work/files-farm.lock" "$@" >"$T/endpoint.out" 2>&1 &
	holder=$!
	servers+=("$holder")
}
files_away() {
	no_endpoint sleep 600
	tests away virt-farm
	wait_for 60 running || return 1
	sleep 5
	kill "$holder"
	ends away pass 120 && each_is 1
}
no_files() {
	mkdir "$T/nothing"
	no_endpoint python3 -m http.server -b 127.0.0.1 -d "$T/nothing" "$(sed -n 's|.*listen: 127.0.0.1:||p' "$LAB" | head -n 1)"
	tests files virt-farm
	wait_for 120 eval '[ -n "$(store "SELECT 1 FROM submissions WHERE num = $first AND state = '"'ended'"'")" ]' || return 1
	kill "$holder"
	ends files pass 200 && each_is "1 1" &&
		store "SELECT outcome, reason FROM jobs WHERE id = (SELECT job_id FROM submissions WHERE num = $first)" | tee "$T/reason" | grep -q '^infra'
}
# other_stands NAME: all that is said against the series is of smdkc210-farm's lab, and virt-farm's
# word came in time.
other_stands() {
	says "$1" '{(r["kind"], r["target"]) for r in d["reasons"]} == {("infra", "smdkc210-farm")} and any(t["environment"]["comment"] == "virt-farm" and t["status"] == "PASS" for t in d["kcidb"]["tests"])' &&
		[ "$(store "SELECT ended - created < 60 FROM submissions WHERE num >= $first AND target = 'virt-farm'")" = 1 ]
}
device_bad() {
	edit_lab "lab['limits']['retries'] = 0; lab['labs']['farm']['queue_s'] = 15"
	lava manage devices update qemu02 --health BAD || return 1
	local before
	before=$(lava_jobs dmalab- | wc -l)
	tests bad virt-farm smdkc210-farm
	ends bad pass 90 && other_stands bad && [ "$(lava_jobs dmalab- | wc -l)" = $((before + 1)) ] &&
		says bad 'all("no device of type qemu-smdkc210" in r["detail"] for r in d["reasons"])'
}
lab_dead() {
	lava manage devices update qemu02 --health GOOD && edit_lab "lab['targets']['smdkc210-farm']['lab'] = 'dead'" || return 1
	tests dead virt-farm smdkc210-farm
	ends dead pass 90 && other_stands dead && says dead 'all("lab dead has not answered" in r["detail"] for r in d["reasons"])'
}
queue_is_full() { # somebody's job has the device
	edit_lab "lab['targets']['smdkc210-farm']['lab'] = 'farm'" && somebody_has qemu-smdkc210 smdkc210.dtb || return 1
	tests full smdkc210-farm
	ends full pass 90 && each_is 1 && says full 'all(r["kind"] == "infra" and "in its queue for a device" in r["detail"] for r in d["reasons"])'
}
# Two jobs of somebody's: one of them waits, or both behind an earlier one.
queue_is_long() {
	edit_lab "lab['labs']['farm']['max_queue'] = 0"
	lava_job qemu-smdkc210 smdkc210.dtb none somebody-elses >"$T/spin.yaml"
	lava_submit <"$T/spin.yaml" && lava_submit <"$T/spin.yaml" || return 1
	tests long smdkc210-farm
	ends long pass 60 && each_is 0 && says long 'all(r["kind"] == "infra" and "no device of type qemu-smdkc210 could take it" in r["detail"] for r in d["reasons"])' &&
		dmalab lab farm >"$T/lab.txt" && cat "$T/lab.txt" && grep -q '^farm .* [12] jobs wait' "$T/lab.txt"
}
tag_unknown() {
	edit_lab "lab['labs']['farm'].update(max_queue=100, queue_s=300)
lab['targets']['virt-farm']['tags'] = ['camera']
lab['plans']['farm']['targets'] = ['virt-farm']"
	tests tag virt-farm
	ends tag none 90 && each_is 0 && says tag 'all("has no tag" in r["detail"] and "camera" in r["detail"] for r in d["reasons"])' || return 1
	lava_as_admin tags/ -d name=camera
	tests tag2 virt-farm
	ends tag2 none 90 && each_is 0 && says tag2 'all("answers 400" in r["detail"] and "No devices of type qemu-virt are available which have all of the tags" in r["detail"] for r in d["reasons"])'
}

if [ "$(id -u)" != 0 ]; then
	skip "a LAVA server that fails makes no verdict wrong" "needs root"
	exit 0
fi
[ -z "${DMALAB_WORK:-}" ] || ln -s "$DMALAB_WORK" "$T/work" # of an earlier run: it knows its builds
first=1
ok "the LAVA server comes up behind a bad line" comes_up
ok "answers to a POST are lost, one comes twice, one never arrives, the follower is killed: pass" posts
ok "... and each boot was done once" posted_once
ok "an agent is killed between a POST and its answer: the next gives the one verdict, with one job each" agent_killed
ok "the database restarts in the middle of a job" database_restarts
ok "the server is away for 25 s in the middle of a job" server_down
ok "a worker dies with its job, which is tried again" worker_dies
ok "a job that somebody else cancels is tried again" canceled_there
ok "the endpoint of the kernels is away for a while" files_away
ok "kernels are not to be had, and what failed is tried again" no_files
ok "nothing is submitted for a device that is bad, which is said, and the other's word stands" device_bad
ok "a lab that is dead holds up no other, and is no fault of the series" lab_dead
ok "a job that no device takes in time is no fault of the series" queue_is_full
ok "nothing is submitted behind more of others than lab.yaml wants, and the queue is shown" queue_is_long
ok "tags that no device has are the job's fault at once, and the server's sentence is told" tag_unknown
echo "1..$n"

#!/bin/bash
# The same series as in test-verdicts.sh, by a LAVA server: the verdicts that lava-run gives. And how
# we behave towards the server. SERIES=all adds the one that takes some eighty boots.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
. "$here/lava.sh"
S=$top/tests/series

comes_up() { serve_lava && lab_yaml "/^  rate: /d" && add_farm; } # one boot a pass

# One device is known to be good, the other not, until a boot says so.
trust() { dmalab lab --json >"$T/lab.json" && json "$T/lab.json" '" ".join(t["target"] + "=" + t["state"] for t in d["targets"] if t["lab"] == "farm")'; }
unproven() { [ "$(trust)" = "virt-farm=unproven smdkc210-farm=unproven" ]; }
proven() {
	dmalab lab farm --check --target virt-farm && [ "$(trust)" = "virt-farm=proven smdkc210-farm=unproven" ] &&
		dmalab lab farm --check && [ "$(trust)" = "virt-farm=proven smdkc210-farm=proven" ]
}
shows_devices() {
	lava manage devices update qemu02 --health GOOD && dmalab lab farm --check --target smdkc210-farm &&
		dmalab lab farm >"$T/lab.txt" && cat "$T/lab.txt" &&
		grep -qE '^farm +lava-server +answered [0-9]+ s ago, 2 of 2 devices usable, [0-9]+ jobs wait' "$T/lab.txt" &&
		grep -qE '^farm +qemu01 +qemu-virt +Unknown +[A-Z][a-z]+ +worker1' "$T/lab.txt" &&
		grep -qE '^farm +qemu02 +qemu-smdkc210 +Good +[A-Z][a-z]+ +worker2' "$T/lab.txt"
}

# What a verdict comes to, without what differs from run to run.
essence() {
	python3 - "$1" <<-'END'
		import json, re, sys
		d = json.load(open(sys.argv[1]))
		def name(target):
		    return re.sub("-farm$", "", target)
		# Times of the console, jobs' and builds' names.
		def plain(text):
		    return re.sub(r"\[ *\d+\.\d+\] ", "", text)
		print(d["verdict"], d["base"], [n for n in d["notes"] if "known from an earlier run" not in n])
		for r in sorted((r["kind"], name(r["target"]), r["subject"], plain(r["detail"])) for r in d["reasons"]):
		    print(*r)
		for t in sorted((t["path"], t["status"], name(t["environment"]["comment"])) for t in d["kcidb"]["tests"]):
		    print(*t)
	END
}
verdict() { # NAME PLAN
	dmalab test --json --mbox "$S/$1.mbox" --plan "$2" >"$T/$1.$2.json" 2>"$T/$1.$2.err"
	[ $? -le 1 ] || { cat "$T/$1.$2.err" "$T/$1.$2.json"; return 1; }
}
same() {
	verdict "$1" patch && verdict "$1" farm || return 1
	diff <(essence "$T/$1.patch.json") <(essence "$T/$1.farm.json") && [ "$(json "$T/$1.farm.json" 'd["verdict"]')" = "$2" ]
}

manners() {
	local key
	key=$(store "SELECT key FROM submission_rows ORDER BY num DESC LIMIT 1")
	lava_rest "jobs/?description=$key" >"$T/job.json" || return 1
	cat "$T/job.json"
	[ "$(json "$T/job.json" '[(r["submitter"], r["description"]) for r in d["results"]]')" = "[[\"dmalab\", \"$key\"]]" ] &&
		[ "$(json "$T/job.json" 'd["results"][0]["priority"]')" = 0 ]
}
one_each() { # a submission is one job on the server, and has ended
	[ "$(store "SELECT count(*) FROM submissions WHERE state <> 'ended'")" = 0 ] || return 1
	lava_jobs dmalab- >"$T/all" || return 1
	[ "$(sort -k 4 -u "$T/all" | wc -l)" = "$(wc -l <"$T/all")" ] && ! grep -v ' Finished ' "$T/all"
}

# jobs_are STATES-AND-HEALTHS SQL: of all submissions that it selects, "2 Finished Canceled" and the like.
jobs_are() {
	local keys
	keys=$(store "$2") && [ -n "$keys" ] || return 1
	# shellcheck disable=SC2086 # words
	lava_jobs $keys | awk '{ n[$2 " " $3]++ } END { for (s in n) print n[s], s }' | sort >"$T/states"
	[ "$(paste -sd, "$T/states")" = "$1" ]
}

# Somebody whose boots keep a device busy for a while. What a script starts in the background is deaf
# to SIGINT otherwise.
occupy() {
	env --default-signal=INT "$DMALAB" lab --config "$LAB" farm --check --target virt-farm --times "$1" >"$T/busy.out" 2>&1 &
	busy=$!
	wait_for 60 eval '[ "$(store "SELECT count(*) FROM submissions WHERE purpose = '"'health'"' AND state = '"'queued'"'")" -gt 2 ]'
}
interrupted() {
	local before
	before=$(store "SELECT COALESCE(max(num), 0) FROM submissions")
	occupy 6 || return 1
	kill -INT "$busy"
	wait "$busy"
	[ $? = 3 ] || return 1
	wait_for 20 eval "lava_jobs dmalab- | awk '{ print \$2 }' | sort -u | grep -qx Finished && ! lava_jobs dmalab- | grep -v ' Finished '" || return 1
	lava_jobs dmalab- | tail -n 6
	[ "$(lava_jobs dmalab- | tail -n 6 | grep -c ' Canceled ')" -ge 4 ] &&
		[ "$(store "SELECT count(*) FROM submissions WHERE num > $before AND state <> 'ended'")" = 0 ]
}

# A series by mail, and its next version, while another's boots keep the device busy.
msgid=$(sed -n 's/^Message-Id: <\(.*\)>$/\1/Ip' "$S/good.mbox")
version_2() {
	sed -e "s/^Message-Id: .*/Message-Id: <v2-$msgid>/" -e 's/^Subject: \[PATCH\]/Subject: [PATCH v2]/' \
		-e 's/^Date: .*/Date: Fri, 2 Jan 2026 10:07:40 +0000/' \
		-e 's/^+	int count = PHYS_PFN(PAGE_ALIGN(size));/+	const int count = PHYS_PFN(PAGE_ALIGN(size));/' "$S/good.mbox"
}
post() { cat "$1" >>"$T/mails.mbox"; }
task_of() { # MSGID COLUMNS
	store "SELECT $2 FROM tasks t JOIN series s ON s.num = t.series WHERE s.message_id = '$1' ORDER BY t.num DESC LIMIT 1"
}
task_is() { [ "$(task_of "$1" t.state)" = "$2" ]; }
queued_of() { store "SELECT count(*) FROM submission_wants w JOIN submissions b ON b.num = w.submission WHERE w.task = $1 AND b.state = 'queued'"; }
start_agent() {
	"$DMALAB" agent --config "$LAB" >>"$T/agent.log" 2>&1 &
	servers+=($!)
}
superseded() {
	local task
	edit_lab "lab['sources'] = {'inbox': {'type': 'folder', 'path': '$T/mails.mbox', 'every': 1, 'since_days': 3650}}
lab['relevance'] = {'all': {'paths': ['*'], 'plan': 'farm'}}
lab['targets']['smdkc210-farm']['approve'] = True"
	: >"$T/mails.mbox"
	occupy 25 || return 1
	# What its kernel does is known from above.
	sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" "DELETE FROM outcomes WHERE build_id IN
		(SELECT b.id FROM builds b JOIN checkouts c ON c.id = b.checkout_id WHERE c.message_id = '$msgid')"
	start_agent
	post "$S/good.mbox"
	wait_for 30 eval '[ -n "$(task_of "$msgid" t.num)" ]' || return 1
	task=$(task_of "$msgid" t.num)
	wait_for 120 eval '[ "$(queued_of '"$task"')" -gt 0 ]' || return 1
	version_2 >"$T/v2.mbox"
	post "$T/v2.mbox"
	wait_for 30 task_is "$msgid" dropped || { cat "$T/agent.log"; return 1; }
	task_of "$msgid" t.why | tee "$T/why" | grep -q 'superseded while it waited for virt-farm' || { cat "$T/why"; return 1; }
	wait_for 20 jobs_are "1 Finished Canceled" "SELECT key FROM submission_rows WHERE task = $task"
}
tested_elsewhere() {
	kill -INT "$busy"
	wait "$busy"
	wait_for 200 task_is "v2-$msgid" done || { cat "$T/agent.log"; return 1; }
	cat "$T/agent.log"
	targets_of_v2 && [ "$targets" = virt-farm ] && [ "$(store "SELECT kind FROM verdicts ORDER BY num DESC LIMIT 1")" = pass ]
}
targets_of_v2() {
	targets=$(store "SELECT group_concat(t, ' ') FROM (SELECT DISTINCT j.target t FROM jobs j JOIN builds b ON b.id = j.build_id JOIN checkouts c ON c.id = b.checkout_id WHERE c.message_id = 'v2-$msgid' ORDER BY 1)")
}
approved() {
	dmalab approve "v2-$msgid" || return 1
	wait_for 5 eval '! task_is "v2-$msgid" done' || return 1
	wait_for 120 task_is "v2-$msgid" done || { cat "$T/agent.log"; return 1; }
	targets_of_v2 && [ "$targets" = "smdkc210-farm virt-farm" ]
}

if [ "$(id -u)" != 0 ]; then
	skip "a LAVA server gives the verdicts of lava-run" "needs root"
	exit 0
fi
[ -z "${DMALAB_WORK:-}" ] || ln -s "$DMALAB_WORK" "$T/work" # of an earlier run: it knows its builds
ok "the LAVA server comes up" comes_up
ok "a target is unproven" unproven
ok "... until a known-good kernel has booted on it" proven
ok "devices and their health are shown" shows_devices
for name in good good-2 warning conflict-overlay ${SERIES:+conflict-fix}; do ok "$name passes by both alike" same "$name" pass; done
for name in conflict outside symlink build-error unbuildable crash hang failure missing remove-case; do
	ok "$name fails by both alike" same "$name" fail
done
ok "a job has our key for its name and a low priority" manners
ok "each boot was one job on the server" one_each
ok "jobs of a run that is interrupted are cancelled" interrupted
ok "a queued job of a series is cancelled when a newer version comes" superseded
ok "an unknown author's series runs on no target that asks for a maintainer's word" tested_elsewhere
ok "... and does when it has that word" approved
echo "1..$n"

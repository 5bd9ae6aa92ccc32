#!/bin/bash
# A machine of lava-run's that breaks: it is found out, taken out, said, and comes back.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
S=$top/tests/series
cp -r "$top/jobs" "$T/jobs"
lab_yaml
sed -i "s|^jobs: .*|jobs: $T/jobs|" "$LAB"
device=$T/jobs/devices/virt.yaml

trust() { dmalab lab --json >"$T/lab.json" && json "$T/lab.json" '" ".join(t["target"] + "=" + t["state"] for t in d["targets"] if t["target"] in ("virt", "smdkc210"))'; }
is() { [ "$(trust)" = "$1" ] || { trust; return 1; }; }
verdict() { # NAME EXIT
	dmalab test --json --mbox "$S/good.mbox" >"$T/$1.json" 2>"$T/$1.err"
	[ $? = "$2" ] || { cat "$T/$1.err" "$T/$1.json"; return 1; }
}
says() { [ "$(json "$T/$1.json" "$2")" = true ] || { cat "$T/$1.err"; json "$T/$1.json" 'd["reasons"]'; return 1; }; }
# agent_says TEXT TIMES SECONDS: an agent has said so often by then; it is ended.
agent_says() {
	local said=1
	"$DMALAB" agent --config "$LAB" >>"$T/agent.log" 2>&1 &
	agent=$!
	servers+=("$agent")
	wait_for "$3" eval "[ \"\$(grep -c '$1' '$T/agent.log')\" -ge $2 ]" && said=0
	kill "$agent" && wait "$agent" || said=1
	[ $said = 0 ] || cat "$T/agent.log"
	return $said
}
boots_of() { store "SELECT count(*) FROM jobs WHERE target = '$1'"; }

breaks() {
	cat >"$T/qemu" <<-'END'
		#!/bin/sh
		case "$*" in *dumpdtb*) exec qemu-system-arm "$@" ;; esac
		echo "cannot allocate memory" >&2
		exit 1
	END
	chmod +x "$T/qemu"
	sed -i "s|command: qemu-system-arm|command: $T/qemu|" "$device" && verdict broken 0 &&
		says broken '{(r["kind"], r["target"]) for r in d["reasons"]} == {("infra", "virt")}' &&
		is "virt=unproven smdkc210=unproven"
}
found_out() {
	agent_says 'virt: health boot failed: .*it is out until one passes' 1 90 && is "virt=out smdkc210=unproven"
}
left_alone() {
	local before
	before=$(boots_of virt)
	verdict out 0 && [ "$(boots_of virt)" = "$before" ] &&
		says out 'all(r["kind"] == "infra" and r["target"] == "virt" and "is out: its health boot of" in r["detail"] for r in d["reasons"])' &&
		says out 'any(t["environment"]["comment"] == "smdkc210" and t["status"] == "PASS" for t in d["kcidb"]["tests"])'
}
not_at_once() { # half an hour lies between two tries
	! agent_says 'virt: health boot' 2 3 && [ "$(grep -c 'virt: health boot' "$T/agent.log")" = 1 ]
}
comes_back() {
	cp "$top/jobs/devices/virt.yaml" "$device"
	sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" "UPDATE target_health SET time = time - 1801"
	agent_says 'virt: health boot passed' 1 90 && is "virt=proven smdkc210=unproven" && verdict back 0
}
by_schedule() { # boots of long ago, and no health boot since then
	sqlite3 -cmd ".timeout 5000" "$T/work/dmalab.db" "UPDATE jobs SET start_time = start_time - 90000; UPDATE target_health SET time = time - 90000"
	agent_says ': health boot passed' 3 150 && is "virt=proven smdkc210=proven"
}

[ -z "${DMALAB_WORK:-}" ] || ln -s "$DMALAB_WORK" "$T/work" # of an earlier run: it knows its builds
ok "a machine that breaks is the lab's trouble, and the other's word stands" breaks
ok "a known-good kernel says that it is the machine, which is out then" found_out
ok "no patch is sent there, which is said" left_alone
ok "it is not tried again at once" not_at_once
ok "it comes back when a known-good kernel boots there" comes_back
ok "a known-good kernel is booted by schedule" by_schedule
echo "1..$n"

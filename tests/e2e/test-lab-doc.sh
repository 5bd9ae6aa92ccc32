#!/bin/bash
# docs/lab.md, typed: its commands for a LAVA server in their order, with its lab.yaml, by a new user
# for a new device of a new type.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
. "$here/lava.sh"
doc=$top/docs/lab.md
conf=$T/lava/etc/dispatcher-config

# What the manual leaves open, or what the server has already.
mine() {
	sed -e 's/users add dmalab --passwd …/users add reader --passwd secret/' -e 's/--user dmalab/--user reader/' \
		-e 's/workers add worker2/workers add worker3/' -e 's/\bNAME\b/doc01/' -e 's/\bTYPE\b/doc-virt/' -e 's/\bWORKER\b/worker1/'
}
# manual WORDS: the one command of `lava-server manage` in docs/lab.md that begins with these.
manual() {
	local said
	said=$(grep -o '`lava-server manage [^`]*`' "$doc" | tr -d '`' | sort -u | grep "^lava-server manage $1\>" | mine)
	[ "$(grep -c . <<<"$said")" = 1 ] || { echo "docs/lab.md has not one '$1': $said" && return 1; }
	read -ra words <<<"${said#lava-server manage }"
	lava manage "${words[@]}"
}
all_known() {
	! grep -o '`lava-server manage [^`]*`' "$doc" |
		grep -vE ' manage (users add|tokens add|workers (add|details|list)|device-types add|devices (add|check|update))[ `]'
}

token() { manual 'tokens add' >"$T/said.token" && tail -n 1 "$T/said.token" | (umask 077 && cat >"$T/token") && [ "$(wc -c <"$T/token")" -gt 32 ]; }
online() { manual 'workers details' | tee "$T/worker" && grep -q '^state *: Online' "$T/worker"; }
worker_token() { manual 'workers add' | grep '^Token: .'; }
device() {
	cp "$top/jobs/device-types/qemu-virt.jinja2" "$conf/device-types/doc-virt.jinja2"
	sed "s/qemu-virt/doc-virt/" "$top/jobs/devices/virt.jinja2" >"$conf/devices/doc01.jinja2"
	manual 'device-types add' && manual 'devices add' && manual 'devices check'
}

# lab.yaml as the manual has it, at this server.
as_written() {
	local port
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	lab_yaml && sed -n '/^       labs:/,/^   In place/p' "$doc" | sed -e '$d' -e 's/^       //' >"$T/written.yaml"
	python3 - "$LAB" "$T/written.yaml" "$LAVA_URL" "$T/token" "127.0.0.1:$port" <<-'END'
		import sys, yaml
		path, written, url, token, listen = sys.argv[1:]
		lab, more = (yaml.safe_load(open(p)) for p in (path, written))
		more["labs"]["farm"].update(url=url, user="reader", token_file=token, listen=listen, files_url="http://" + listen, poll=1)
		more["targets"]["virt-farm"]["device_type"] = "doc-virt"
		for key in more:
		    lab[key].update(more[key])
		with open(path, "w") as f:
		    yaml.safe_dump(lab, f, sort_keys=False)
	END
	files=http://127.0.0.1:$port
}
agent() {
	"$DMALAB" agent --config "$LAB" >"$T/agent.log" 2>&1 &
	servers+=($!)
	wait_for 30 eval 'curl -sI "$files/" | grep "^HTTP/1.1 404"' || { cat "$T/agent.log"; return 1; }
}

# The health check of docs/lab.md: jobs/qemu.yaml with a kernel of ours, without `notify`.
health_check() {
	dmalab build --target virt --out "$T/out" && serve_files "$T/out/arm" &&
		lava_job doc-virt virt.dtb 'console=ttyAMA0 mem=192M cma=4M panic=0 oops=panic' >"$T/health.yaml" &&
		python3 -c 'import sys, yaml
job = yaml.safe_load(sys.stdin)
del job["notify"], job["device_type"]
yaml.safe_dump(job, sys.stdout, sort_keys=False)' <"$T/health.yaml" >"$conf/health-checks/doc-virt.yaml" &&
		manual 'devices update' && wait_for 90 eval 'lava manage devices details doc01 | grep "^health *: Good"' ||
		{ lava manage devices details doc01 && false; }
}
says() { dmalab lab farm >"$T/lab.txt" && grep -E "$1" "$T/lab.txt"; }
shown() { wait_for 60 says "$1" || { cat "$T/lab.txt" && false; }; }
proven() { dmalab lab farm --check --target virt-farm && shown '^virt-farm +farm +proven'; }

if [ "$(id -u)" != 0 ]; then
	skip "docs/lab.md" "a LAVA server needs root"
	exit 0
fi
ok "a server is there" serve_lava
ok "each command of the server in docs/lab.md is typed here" all_known
ok "a user of its own" manual 'users add'
ok "... and its token" token
ok "a worker is Online" online
ok "... which is in the list" eval "manual 'workers list' | grep worker1"
ok "... and a new one has a token" worker_token
ok "lab.yaml as it is written" as_written
ok "... is taken, and who asks for kernels without a name gets 404" agent
ok "a device type, a device, and LAVA's check of it" device
ok "its health check makes it Good" health_check
ok "... which dmalab shows" shown '^farm +doc01 +doc-virt +Good'
ok "the target becomes proven" proven
echo "1..$n"

# Sourced behind servers.sh: a LAVA server on loopback (tests/servers/lava.sh), ended with the test.
lava() { "$top/tests/servers/lava.sh" "$1" "$T/lava" "${@:2}"; }

end_lava() {
	set +e
	lava down
	end_servers
}
trap end_lava EXIT

# serve_lava: $LAVA_URL and whatever else `lava.sh env` tells.
serve_lava() {
	lava up $$ && eval "$(lava env)"
}

# serve_files DIR: $FILES is its URL.
serve_files() {
	python3 - "$1" "$T/files.url" <<-'END' 2>"$T/files.log" &
		import functools, http.server, os, sys
		handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1])
		with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
		    with open(sys.argv[2] + ".new", "w") as f:
		        f.write("http://127.0.0.1:%d\n" % server.server_port)
		    os.rename(sys.argv[2] + ".new", sys.argv[2])
		    server.serve_forever()
	END
	servers+=($!)
	wait_for 30 test -s "$T/files.url" || return 1
	FILES=$(cat "$T/files.url")
}

# lava_rest PATH [CURL-OPTION…]: as the user dmalab.
lava_rest() {
	curl -sS -m 30 -H "Authorization: Token $(cat "$LAVA_TOKEN_FILE")" "${@:2}" "$LAVA_URL/api/v0.2/$1"
}

# lava_job TYPE DTB CMDLINE [NAME]: jobs/qemu.yaml for a device of that type, with files of $FILES.
lava_job() {
	python3 - "$top/jobs/qemu.yaml" "$FILES" "$@" <<-'END'
		import sys, yaml
		path, files, kind, dtb, cmdline, *name = sys.argv[1:]
		job = yaml.safe_load(open(path))
		job["job_name"] = name[0] if name else kind
		job["device_type"] = kind
		images = job["actions"][0]["deploy"]["images"]
		for image, file in ("kernel", "zImage"), ("ramdisk", "initramfs.cpio.gz"), ("dtb", dtb):
		    images[image]["url"] = files + "/" + file
		images["kernel"]["image_arg"] += ' -append "%s"' % cmdline
		yaml.safe_dump(job, sys.stdout, sort_keys=False)
	END
}

# lava_submit <JOB: prints its number.
lava_submit() {
	python3 -c 'import json, sys; json.dump({"definition": sys.stdin.read()}, sys.stdout)' >"$T/submit.json"
	lava_rest jobs/ -H 'Content-Type: application/json' --data @"$T/submit.json" >"$T/submitted.json"
	json "$T/submitted.json" 'd["job_ids"][0]'
}

# lava_state NUMBER: "Finished Complete" and the like.
lava_state() { lava_rest "jobs/$1/" >"$T/job.json" && json "$T/job.json" 'd["state"] + " " + d["health"]'; }
lava_finished() { [[ $(lava_state "$1") == Finished* ]]; }

# add_farm [KEY=VALUE…]: in $LAB the lab "farm", which is that server, with these keys over ours;
# the targets virt-farm and smdkc210-farm, which are virt and smdkc210 there; and a plan "farm" of
# both. $FARM_URL is where the lab is to ask in place of the server.
add_farm() {
	python3 - "$LAB" "${FARM_URL:-$LAVA_URL}" "$LAVA_TOKEN_FILE" "$@" <<-'END'
		import socket, sys, yaml
		path, url, token, *keys = sys.argv[1:]
		lab = yaml.safe_load(open(path))
		with socket.socket() as s:
		    s.bind(("127.0.0.1", 0))
		    listen = "127.0.0.1:%d" % s.getsockname()[1]
		farm = dict(driver="lava-server", url=url, user="dmalab", token_file=token, slots=50,
		            queue_s=600, poll=1, listen=listen, files_url="http://" + listen)
		farm.update((k, yaml.safe_load(v)) for k, v in (key.split("=", 1) for key in keys))
		lab["labs"]["farm"] = farm
		for name in "virt", "smdkc210":
		    lab["targets"][name + "-farm"] = dict(lab["targets"][name], lab="farm", device_type="qemu-" + name)
		lab["plans"]["farm"] = dict(targets=["virt-farm", "smdkc210-farm"])
		with open(path, "w") as f:
		    yaml.safe_dump(lab, f, sort_keys=False)
	END
}

# edit_lab STATEMENT: Python, over lab.yaml's document `lab`.
edit_lab() {
	python3 -c 'import sys, yaml
lab = yaml.safe_load(open(sys.argv[1]))
exec(sys.argv[2])
yaml.safe_dump(lab, open(sys.argv[1], "w"), sort_keys=False)' "$LAB" "$1"
}

# lava_as_admin PATH [CURL-OPTION…]
lava_as_admin() { LAVA_TOKEN_FILE=$LAVA_ADMIN_TOKEN_FILE lava_rest "$@"; }

# lava_jobs KEY…: "NUMBER STATE HEALTH KEY", a line each, of our jobs whose names hold one of these.
lava_jobs() {
	lava_rest "jobs/?limit=1000&ordering=id" >"$T/jobs.json"
	python3 - "$T/jobs.json" "$@" <<-'END'
		import json, sys
		for j in json.load(open(sys.argv[1]))["results"]:
		    if any(key in (j["description"] or "") for key in sys.argv[2:]):
		        print(j["id"], j["state"], j["health"], j["description"])
	END
}

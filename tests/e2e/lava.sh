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

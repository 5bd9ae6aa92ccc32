#!/bin/bash
# What jobs on a LAVA server cost here, by how many are queued on its two devices: processor time of
# dmalab and of all that it starts, requests to the server, and the most memory that the lab's follower
# had. Prints lines NAME VALUE [UNIT], last how much more a job costs among the last number than among
# the first, in each of these; exit 1 where that is more than 1.25 times as much. Each needs 5 s a job.
# Root only.     lab.sh [JOBS…], 50 200 where none are named
. "$(dirname "$0")/../tests/e2e/lib.sh"
. "$here/servers.sh"
. "$here/lava.sh"
set -e
[ -n "$*" ] || set -- 50 200

serve_lava
lab_yaml
add_farm slots=200 queue_s=3600 poll=5
[ -z "${DMALAB_WORK:-}" ] || ln -s "$DMALAB_WORK" "$T/work"
dmalab lab farm --check >&2 # the kernel is built

# Runs a command; prints its seconds, processor seconds with all that it started, and the most memory
# in MiB of a process whose command line holds --child lab:.
measure() {
	python3 - "$@" <<-'END'
		import os, re, resource, subprocess, sys, time
		t, most = time.monotonic(), 0
		p = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
		while p.poll() is None:
		    for pid in filter(str.isdigit, os.listdir("/proc")):
		        try:
		            line = open("/proc/%s/cmdline" % pid).read().split("\0")
		            if line[:2] == ["/proc/self/exe", "agent"] and "lab:farm" in line and sys.argv[4] in line:
		                most = max(most, int(re.search(r"VmHWM:\s*(\d+)", open("/proc/%s/status" % pid).read())[1]))
		        except (OSError, TypeError):
		            pass
		    time.sleep(0.5)
		u = resource.getrusage(resource.RUSAGE_CHILDREN)
		print("%.1f %.2f %.1f" % (time.monotonic() - t, u.ru_utime + u.ru_stime, most / 1024))
		sys.exit(p.returncode)
	END
}
asked() { grep -c '"dmalab/' "$T/lava/log/access.log"; }

for jobs; do
	before=$(asked)
	read -r took cpu memory < <(measure "$DMALAB" lab --config "$LAB" farm --check --times $((jobs / 2)))
	requests=$(($(asked) - before))
	awk -v n="$jobs" -v s="$took" -v cpu="$cpu" -v m="$memory" -v r="$requests" 'BEGIN {
		printf "jobs-%d-took %.0f s\njobs-%d-cpu %.2f s\njobs-%d-cpu-per-job %.1f ms\n", n, s, n, cpu, n, 1000 * cpu / n
		printf "jobs-%d-requests %d\njobs-%d-requests-per-job %.1f\njobs-%d-requests-per-minute %.0f\njobs-%d-memory %.1f MiB\n", n, r, n, r / n, n, 60 * r / s, n, m
	}'
	[ "$(store "SELECT count(*) FROM submissions WHERE state <> 'ended'")" = 0 ]
	echo "$jobs $cpu $requests $memory $took" >>"$T/costs"
done
awk 'NR == 1 { first = $1; cpu = $2 / $1; asked = $3 / $1; memory = $4; often = $3 / $5 }
	END {
		if (NR < 2)
			exit
		of = "jobs-" $1 "-against-" first
		printf "%s-cpu %.2f\n%s-requests %.2f\n%s-requests-a-minute %.2f\n%s-memory %.2f\n", of, $2 / $1 / cpu, of, $3 / $1 / asked, of,
			$3 / $5 / often, of, $4 / memory
		exit $2 / $1 > 1.25 * cpu || $3 / $1 > 1.25 * asked || $4 > 1.25 * memory
	}' "$T/costs"

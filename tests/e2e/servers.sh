# Sourced behind lib.sh: a public-inbox and a Patchwork on loopback, ended with the test.
servers=()

end_servers() {
	for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null; done
	for pid in "${servers[@]}"; do # an agent has ten seconds
		wait_for 12 eval "! kill -0 $pid 2>/dev/null" || kill -9 "$pid" 2>/dev/null
	done
	wait "${servers[@]}" 2>/dev/null
	finish
}
trap end_servers EXIT

# wait_for SECONDS COMMAND…: until it succeeds.
wait_for() {
	local until=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $until ] || return 1
		sleep 0.2
	done
}

# serve_inbox: an empty archive; $INBOX is its URL.
serve_inbox() {
	"$top/tests/servers/public-inbox.sh" make "$T/pi" >"$T/pi.log" 2>&1
	"$top/tests/servers/public-inbox.sh" serve "$T/pi" >>"$T/pi.log" 2>&1 &
	servers+=($!)
	wait_for 30 test -s "$T/pi/url" || return 1
	INBOX=$(cat "$T/pi/url")
}
inbox_add() { "$top/tests/servers/public-inbox.sh" add "$T/pi" "$@" >>"$T/pi.log" 2>&1; }

# serve_patchwork [OPTION…]: over the mboxes that appear in $T/pw; $PATCHWORK is its URL.
serve_patchwork() {
	mkdir -p "$T/pw"
	python3 "$top/tests/servers/patchwork.py" --mbox "$T/pw" --project dma --port-file "$T/pw.port" \
		--log "$T/pw.log" --max-seconds 7200 "$@" >"$T/pw.out" 2>&1 </dev/null &
	servers+=($!)
	wait_for 30 test -s "$T/pw.port" || return 1
	PATCHWORK=http://127.0.0.1:$(cat "$T/pw.port")
}

# Both as sources of $LAB, asked every second.
add_sources() {
	cat >>"$LAB" <<-END
		sources:
		  lore: { type: public-inbox, url: $INBOX, every: 1, since_days: 3650 }
		  patchwork: { type: patchwork, url: $PATCHWORK, project: dma, every: 1, since_days: 3650 }
	END
}

store() { sqlite3 -readonly -cmd ".timeout 5000" "$T/work/dmalab.db" "$1"; }

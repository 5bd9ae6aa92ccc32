#!/bin/bash
# The pages in a real browser (tests/web/), from a store that real runs fill: two versions of a series and
# one that crashes, by mail; the unfixed kernel; a search for the commit that broke the build.
# $DMALAB_WEB is the folder of a lab.yaml and store that are there already: nothing is run then.
. "$(dirname "$0")/lib.sh"
S=$top/tests/series
began=$SECONDS
shots=$top/build/check/web
export DMALAB LAB

# modules: Debian's packages; and playwright-core and axe-core as package-lock.json has them, in $WEB_MODULES
# and kept for the next time
modules() {
	"$top/tools/install-packages.sh" || return 1
	local lock kept=${DMALAB_CACHE:-/var/cache/dmalab}/web
	lock=$(cat "$top"/tests/web/package*.json | sha256sum | cut -c-16)
	export WEB_MODULES=$kept/$lock
	[ ! -e "$WEB_MODULES/node_modules/axe-core/axe.min.js" ] || return 0
	local new=$kept/new.$$
	mkdir -p "$new" && cp "$top"/tests/web/package*.json "$new/" &&
		npm ci --prefix "$new" --ignore-scripts --no-audit --no-fund --no-update-notifier && mv -T "$new" "$WEB_MODULES"
}

send() { sed 1d "$S/$1.mbox" >"$T/mails/new/$1"; }
agent() { dmalab agent --once; }
# hostile: a mail that says more than it should, of a series that is never complete
hostile() {
	cat >"$T/mails/new/hostile" <<-'END'
	From: "javascript:alert(1)" <robin@sample.invalid>
	Date: Fri, 02 Jan 2026 10:00:00 +0000
	Message-ID: <"onload='x'&amp;%2f..?b#c@sample.invalid>
	Subject: [PATCH 1/2] dma: "><script>document.title='hit'</script><img src=x onerror=document.title='hit'>

	</pre><script>document.title='hit'</script>
	---
	 kernel/dma/pool.c | 1 +
	 1 file changed, 1 insertion(+)

	diff --git a/kernel/dma/pool.c b/kernel/dma/pool.c
	--- a/kernel/dma/pool.c
	+++ b/kernel/dma/pool.c
	@@ -1,2 +1,3 @@
	 // SPDX-License-Identifier: GPL-2.0-only
	+/* dma_pools */
	 /*
	END
}
store() { sqlite3 -readonly -cmd ".timeout 5000" "$T/work/dmalab.db" "$1"; }
unfixed() { dmalab matrix --design none --target virt --json >"$T/matrix.json" 2>"$T/matrix.err"; }
broken_build() {
	. "$here/history.sh"
	local c=kernel/dma/contiguous.c
	history_start && lay 'cma: say more of a missing size' $c 's/Config string not provided/The size was not provided/' &&
		lay 'cma: count areas' $c 's/^struct cma \*dma_contiguous_default_area;/&\nint cma_count = cma_counted;/' &&
		lay 'Documentation: one blank line more' Documentation/core-api/dma-api.rst '$a\\' || return 1
	unset GIT_INDEX_FILE
	dmalab bisect --target virt --good "${history[0]}" --bad "${history[3]}" --build
}
verdicts() { [ "$(store 'SELECT kind FROM verdicts ORDER BY num' | tr '\n' ' ')" = 'fail fail pass ' ]; }

# A machine that has Debian's registry and not npm's tests all but the browser's view of the pages.
registry_answers() { curl -sS --max-time 20 -o /dev/null "$(npm config get registry 2>/dev/null)"; }
if "$top/tools/install-packages.sh" >/dev/null 2>&1 && ! modules >/dev/null 2>&1 && ! registry_answers 2>/dev/null; then
	skip "the pages in a browser" "npm's registry does not answer"
	echo "1..$n"
	exit
fi
ok "what drives the browser is there" modules
echo "# installed in $((SECONDS - began)) s"
if [ -n "${DMALAB_WEB:-}" ]; then
	LAB=$DMALAB_WEB/lab.yaml
else
	mkdir -p "$T"/mails/{new,cur,tmp}
	lab_yaml "\$a sources: { inbox: { type: folder, path: $T/mails } }"
	send reroll-1 && send crash && hostile
	unfixed &
	ok "two mails are tested" agent
	send reroll-2
	ok "... and the second version of one" agent
	ok "... which are three verdicts" verdicts
	ok "a commit that broke the build is found" broken_build
	wait
	ok "the unfixed kernel has run" [ -s "$T/matrix.json" ]
	echo "# the store took $((SECONDS - began)) s"
fi

"$DMALAB" serve --config "$LAB" --listen 127.0.0.1:0 >"$T/served" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server; finish' EXIT
served() {
	for _ in $(seq 100); do
		WEB_URL=$(grep -o 'http://127.0.0.1:[0-9]*' "$T/served") && return 0
		kill -0 $server || break
		sleep 0.1
	done
	cat "$T/served"
	return 1
}
ok "the pages are served" served
[ -n "$WEB_URL" ] || exit 1
export WEB_URL WEB_SHOTS=$shots WEB_CASES=$n
rm -rf "$shots" && mkdir -p "$shots"
node "$top/tests/web/test.js" | tee "$T/pages"
ran=${PIPESTATUS[0]}
n=$((n + $(grep -c -e '^ok ' -e '^not ok ' "$T/pages")))
ok "... and none of it was left out" [ "$ran" = 0 ]
ended() { # quietly: sanitizers would say what is wrong
	kill $server && wait $server
	[ $? = 0 ] && [ "$(wc -l <"$T/served")" = 1 ] || { cat "$T/served"; return 1; }
}
ok "all the time the server had nothing to say, and ends when it is told to" ended
echo "1..$n"
echo "# took: $((SECONDS - began)) s; pictures are in build/check/web/"

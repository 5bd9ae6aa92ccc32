#!/bin/bash
# Behind a proxy: what is asked by HTTP and what git fetches both go by it, and nothing else does.
. "$(dirname "$0")/lib.sh"
. "$here/servers.sh"
lab_yaml "s|^#* *cache_dir:.*|cache_dir: $T/cache|"
unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
serve_inbox || exit 1
"$top/tests/servers/series.py" "$T/m" 2 1 1
inbox_add "$T/m/00001.mbox"
port=${INBOX#http://127.0.0.1:}
python3 "$top/tests/servers/proxy.py" "$T/port" "$T/log" "${port%%/*}" &
servers+=($!)
wait_for 30 test -s "$T/port" || exit 1
proxy=http://127.0.0.1:$(cat "$T/port")
cat >>"$LAB" <<-END
	sources:
	  lore: { type: public-inbox, url: http://lists.invalid/test, since_days: 3650 }
	  far: { type: public-inbox, url: https://far.invalid/test, since_days: 3650 }
END
: >"$T/log"
poll_of() { dmalab agent --child "poll:$1"; }
mails() { [ "$(store "SELECT count(*) FROM mails")" = "$1" ]; }

by_proxy() { http_proxy=$proxy poll_of lore && mails 1; }
ok "mails come by http_proxy" by_proxy
ok "... the manifest" grep -q "GET lists.invalid dmalab" "$T/log"
ok "... and what git fetches" grep -q "lists.invalid git/" "$T/log"
inbox_add "$T/m/00002.mbox"
: >"$T/log"
by_all() { all_proxy=$proxy poll_of lore && mails 2 && grep -q "lists.invalid git/" "$T/log"; }
ok "and by all_proxy" by_all
: >"$T/log"
none() { ! http_proxy=$proxy no_proxy=lists.invalid poll_of lore && [ ! -s "$T/log" ]; }
ok "no_proxy is heard" none
by_https() { ! https_proxy=$proxy timeout 60 "$DMALAB" agent --config "$LAB" --child poll:far; grep -q "CONNECT far.invalid:443" "$T/log"; }
ok "https asks its proxy for a way through" by_https
sed 's|^trees:.*|&\n  away: { source: "git:https://away.invalid/x.git", ref: master, depth: 1 }|' "$LAB" >"$T/l" && cp "$T/l" "$LAB"
tree_by_https() { ! https_proxy=$proxy timeout 60 "$DMALAB" agent --config "$LAB" --child tree:away; grep -q "CONNECT away.invalid:443 git/" "$T/log"; }
ok "so do trees" tree_by_https
echo "1..$n"

#!/bin/bash
# dmalab check: b4's external check, from the store or by a test; no kernel is built for it.
. "$(dirname "$0")/lib.sh"
S=$top/tests/series
lab_yaml "s|^  cover_wait: .*|  cover_wait: 1|"
mkdir "$T/in" && mkdir "$T/in/cur" "$T/in/new" "$T/in/tmp"
printf '\nsources:\n  inbox: { type: folder, path: %s/in, since_days: 3650 }\n' "$T" >>"$LAB"

# says STATUS SUMMARY MAIL [OPTION]: what b4 is told about a mail, in the form that it wants.
says() {
	local code=0
	dmalab check "${@:4}" <"$3" >"$T/answer" 2>"$T/err" || code=$?
	cat "$T/answer" "$T/err"
	[ $code = 0 ] && python3 - "$T/answer" "$1" "$2" <<'PY'
import json, sys
a = json.load(open(sys.argv[1]))
assert isinstance(a, list) and len(a) == 1, a
assert sorted(a[0]) == ["details", "status", "summary", "tool", "url"], a
assert all(isinstance(v, str) for v in a[0].values()), a
assert a[0]["tool"] == "dmalab" and a[0]["status"] == sys.argv[2], a
assert sys.argv[3] in a[0]["summary"], a
PY
}
# head -n 200 takes the first mail of a series, more or less whole, as b4 pipes one patch.
head -n 200 "$S/conflict.mbox" >"$T/mail"
printf 'Subject: x\n\nx\n' >"$T/nameless"
: >"$T/empty"

ok "a mail that nobody has seen is not tested" says warn "not tested: no source has brought it" "$T/mail"
ok "a mail without a Message-ID is none" says warn "no Message-ID" "$T/nameless"
ok "nothing is an answer too" says warn "no Message-ID" "$T/empty"
ok "--test tests it now" says fail "apply-conflict" "$S/conflict.mbox" --test
details() { python3 -c 'import json,sys; d=json.load(open(sys.argv[1]))[0]["details"]; print(d); assert d.startswith("verdict: fail: apply-conflict"); assert "again:" in d' "$T/answer"; }
ok "with the whole report" details
ok "--test says what cannot be tested" says warn "not tested: " "$T/nameless" --test

csplit -sz -f "$T/in/new/1.host." "$S/conflict.mbox" '/^From [0-9a-f]\{40\} /' '{*}'
ok "the agent finds it in a folder and tests it" dmalab agent --once
ok "then its verdict is the answer" says fail "apply-conflict" "$T/mail"
wrong() { dmalab check --frobnicate <"$T/mail" >"$T/answer" 2>"$T/err"; [ $? = 2 ] && grep -q "dmalab help check" "$T/err"; }
ok "wrong use is exit 2" wrong
echo "1..$n"

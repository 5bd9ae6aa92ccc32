#!/bin/bash
# Bad input is a clear line and exit 2, whatever it is.
. "$(dirname "$0")/lib.sh"
lab_yaml
S=$top/tests/series

# refused PATTERN ARGS…: exit 2, one line on stderr that matches, nothing on stdout.
refused() {
	pattern=$1
	shift
	"$DMALAB" "$@" >"$T/out" 2>"$T/err" </dev/null
	code=$?
	cat "$T/out" "$T/err"
	[ $code = 2 ] && [ ! -s "$T/out" ] && [ "$(wc -l <"$T/err")" = 1 ] && grep -q -e "$pattern" "$T/err"
}
mbox_refused() { refused "$1" test --config "$LAB" --mbox "$2"; }

: >"$T/empty"
head -c 100000 /dev/urandom >"$T/binary"
printf '<!DOCTYPE html>\n<html><body>patch not found</body></html>\n' >"$T/page.html"
head -c 104857600 /dev/zero | tr '\0' 'x' >"$T/junk"
yes 'From nobody Mon Sep 17 00:00:00 2001' | head -c 3000000 >"$T/froms"
odd="it's \"odd\" \$(touch pwned) \`touch pwned\`; touch pwned"$'\n'"name"
cp "$S/conflict.mbox" "$T/$odd"

ok "an empty mbox" mbox_refused "is empty" "$T/empty"
ok "a binary file" mbox_refused "binary\|no patch" "$T/binary"
ok "a web page" mbox_refused "no patch" "$T/page.html"
ok "100 MB of junk" mbox_refused "larger than" "$T/junk"
ok "a file of From lines" mbox_refused "no patch\|more than" "$T/froms"
ok "a folder" mbox_refused "folder" "$T"
ok "a missing file" mbox_refused "No such file" "$T/missing"
ok "a missing file with an odd name stays one line" mbox_refused "No such file" "$T/a"$'\n'"\"b' \$(id)"
ok "no --mbox" refused "mbox FILE, a Message-ID or a URL is missing" test --config "$LAB"
ok "an unknown option" refused "unknown option" test --config "$LAB" --mbox "$T/empty" --frob
ok "an unknown target" refused "no target" test --config "$LAB" --mbox "$S/good.mbox" --target nosuch
ok "an unknown tree" refused "no tree" test --config "$LAB" --mbox "$S/good.mbox" --tree nosuch
ok "an unknown base" refused "no commit" test --config "$LAB" --mbox "$S/good.mbox" --base nosuch
ok "a base that looks like an option" refused "no commit" test --config "$LAB" --mbox "$S/good.mbox" --base=--all
ok "an unknown fix" refused "nosuch" test --config "$LAB" --mbox "$S/good.mbox" --fix nosuch
ok "an unknown command" refused "no command" frobnicate
ok "a missing lab.yaml" refused "nosuch.yaml" list --config "$T/nosuch.yaml"
printf 'version: 1\nfrobs: 3\n' >"$T/bad.yaml"
ok "an unknown key names line and key" refused "bad.yaml:2.*frobs" list --config "$T/bad.yaml"

odd_name() {
	(cd "$T" && "$DMALAB" test --config "$LAB" --mbox "$odd")
	[ $? = 1 ] && [ ! -e "$T/pwned" ] && ! find "$T" -name pwned | grep .
}
ok "a name with quotes, a newline and \$() is only a name" odd_name
json_error() {
	"$DMALAB" test --config "$LAB" --json --mbox "$T/empty" >"$T/e.json"
	[ $? = 2 ] && [ "$(json "$T/e.json" '"is empty" in d["error"]')" = true ]
}
ok "with --json an error is a document" json_error
ok "the work folder holds no run that was refused" bash -c "! ls -d $T/work/runs/run-* 2>/dev/null"
echo "1..$n"

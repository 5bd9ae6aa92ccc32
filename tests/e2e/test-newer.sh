#!/bin/bash
# The tests and the default fix on the newer kernel of lab.yaml, Debian's linux-source-6.12.
. "$(dirname "$0")/lib.sh"
lab_yaml
fix=$(sed -n 's/^fix: *//p' "$LAB")

# says EXPRESSION: a Python expression over the matrix holds.
says() { [ "$(json "$T/m.json" "$1")" = true ] || { json "$T/m.json" '[c for c in d["cells"] if not c["as_expected"]]'; return 1; }; }
source_there() {
	[ -e /usr/src/linux-source-6.12.tar.xz ] ||
		apt-get install -y -q --no-install-recommends linux-source-6.12
}
matrix() {
	dmalab matrix --tree debian-6.12 --plan patch --design none --design "$fix" --json >"$T/m.json" 2>"$T/err" ||
		{ cat "$T/err"; return 1; }
}
ok "the newer kernel's source is there" source_there
ok "overlay and $fix build and boot on it" matrix
ok "... it has the bug" says 'len([c for c in d["cells"] if c["design"] == "none" and c["result"] == "crash"]) > 10'
ok "... which the fix mends" says \
	'not [c for c in d["cells"] if c["design"] != "none" and c["result"] in ("crash", "refused", "fail") and not c["case"].endswith("that_takes_off_offset")]'
ok "... and no test is missing" says \
	'len([c for c in d["cells"] if c["design"] != "none" and c["result"] == "works"]) > 200'
echo "1..$n"

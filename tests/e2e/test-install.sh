#!/bin/bash
# make install and uninstall into a folder of its own, man pages, completion, systemd's files.
. "$(dirname "$0")/lib.sh"
export DESTDIR=$T/root PREFIX=/usr sysconfdir=/etc unitdir=/usr/lib/systemd/system
share=$DESTDIR/usr/share
mkdir "$DESTDIR"
# make's own goals, with the program as it is.
put() { make -s -C "$top" B="$(dirname "$DMALAB")" -o "$DMALAB" "$1"; }
DMALAB=$(realpath "$DMALAB")

ok "install" put install
modes() { [ -x "$DESTDIR/usr/bin/dmalab" ] && [ -z "$(find "$DESTDIR" -type f ! -perm 644 ! -path '*/bin/dmalab')" ]; }
ok "... files are 644, the program 755" modes
data() { for d in jobs patches kernel-tests; do diff -r "$top/$d" "$share/dmalab/$d" || return 1; done; }
ok "... jobs, designs and tests are all there" data
paths() { [ "$(grep -c '^[a-z_]*: /usr/share/dmalab/' "$DESTDIR/etc/dmalab/lab.yaml")" = 3 ]; }
ok "... lab.yaml names them" paths
units=$DESTDIR$unitdir
# Against this machine's own units; what it does not know it says, and exits 0.
unit_verify() {
	mkdir -p "$T/units" && cp "$units/dmalab.slice" "$T/units" || return 1
	cp "$units/dmalab-serve.socket" "$T/units" || return 1
	for unit in agent serve; do sed "s|=/usr/bin/dmalab|=$DESTDIR/usr/bin/dmalab|" "$units/dmalab-$unit.service" >"$T/units/dmalab-$unit.service"; done
	SYSTEMD_UNIT_PATH=$T/units: systemd-analyze verify --man=no "$T"/units/* 2>&1 | tee "$T/verify"
	[ ! -s "$T/verify" ]
}
user_made() {
	cp -a "$DESTDIR" "$T/machine" && systemd-sysusers --root="$T/machine" dmalab.conf &&
		grep '^dmalab-build:' "$T/machine/etc/passwd" | tee "$T/user" | grep -q ':61061:61061:.*:/usr/sbin/nologin$'
}
folders_made() {
	systemd-tmpfiles --create --root="$T/machine" dmalab.conf &&
		[ "$(cd "$T/machine" && stat -c '%a %U %n' var/lib/dmalab var/cache/dmalab)" = $'755 root var/lib/dmalab\n755 root var/cache/dmalab' ]
}
if [ -x /usr/lib/systemd/systemd ]; then
	ok "systemd takes the units" unit_verify
	ok "sysusers makes the builds' user" user_made
	ok "tmpfiles makes the folders" folders_made
else
	skip "systemd takes the units, sysusers and tmpfiles" "no systemd"
fi
lint() { [ -z "$(mandoc -T lint -W warning "$share"/man/man*/*; groff -man -ww -z "$share"/man/man*/* 2>&1)" ]; }
if command -v mandoc >/dev/null; then ok "the man pages are clean" lint; else skip "the man pages are clean" "no mandoc"; fi
render() {
	for page in "$share"/man/man*/*; do
		LC_ALL=C.UTF-8 man --warnings=w -E UTF-8 -l "$page" 2>&1 >"$T/page" | tee "$T/warnings"
		[ ! -s "$T/warnings" ] && [ -s "$T/page" ] || return 1
	done
}
if command -v man >/dev/null; then ok "... and man shows them without a warning" render; else skip "man shows them" "no man"; fi
commands() { "$DMALAB" help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p'; }
in_page() { for c in $(commands); do grep -q "^\.SS \"$c[ \"]" "$share/man/man1/dmalab.1" || { echo "$c"; return 1; }; done; }
ok "each command is in the man page" in_page
complete_words() { bash -c '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _dmalab 2>/dev/null; echo "${COMPREPLY[@]}"' - "$share/bash-completion/completions/dmalab" "$@"; }
in_completion() { [ "$(complete_words dmalab help '' | tr ' ' '\n' | grep -v '^-' | sort)" = "$(commands | sort)" ]; }
ok "each command is completed" in_completion
ok "an option is completed" [ "$(complete_words dmalab test --mb)" = --mbox ]
keys() { for k in $(sed -n 's/.*{ "\([a-z_]*\)", FIELD_.*/\1/p' "$top"/agent/yaml/config*.c); do grep -q "\b$k:" "$share/man/man5/lab.yaml.5" || { echo "$k"; return 1; }; done; }
ok "each key of lab.yaml is in its man page" keys
ok "a second install" put install
changed() { echo '# mine' >>"$DESTDIR/etc/dmalab/lab.yaml" && put install && tail -n 1 "$DESTDIR/etc/dmalab/lab.yaml" | grep -q mine; }
ok "a changed lab.yaml is kept" changed
left() { put uninstall && [ "$(cd "$DESTDIR" && find . -type f)" = ./etc/dmalab/lab.yaml ] && [ ! -e "$DESTDIR/usr" ]; }
ok "uninstall leaves that and nothing else" left
nothing() { rm -r "$DESTDIR/etc" && put install && put uninstall && [ -z "$(find "$DESTDIR" -mindepth 1)" ]; }
ok "an unchanged lab.yaml goes with the rest" nothing
twice() { ! put uninstall 2>"$T/err" && grep -q "nothing is installed" "$T/err"; }
ok "a second uninstall says that there is nothing" twice
echo "1..$n"

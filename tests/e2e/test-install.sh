#!/bin/bash
# make install and uninstall into a folder of its own, man pages, completion, systemd's files.
. "$(dirname "$0")/lib.sh"
export DESTDIR=$T/root PREFIX=/usr sysconfdir=/etc unitdir=/usr/lib/systemd/system
share=$DESTDIR/usr/share
mkdir "$DESTDIR"
put() { "$top/packaging/install.sh" "$1" "$DMALAB"; }

ok "install" put install
modes() { [ -x "$DESTDIR/usr/bin/dmalab" ] && [ -z "$(find "$DESTDIR" -type f ! -perm 644 ! -path '*/bin/dmalab')" ]; }
ok "... files are 644, the program 755" modes
data() { for d in jobs patches kernel-tests; do diff -r "$top/$d" "$share/dmalab/$d" || return 1; done; }
ok "... jobs, designs and tests are all there" data
paths() { [ "$(grep -c '^[a-z_]*: /usr/share/dmalab/' "$DESTDIR/etc/dmalab/lab.yaml")" = 3 ]; }
ok "... lab.yaml names them" paths
lint() { [ -z "$(mandoc -T lint -W warning "$share"/man/man*/*; groff -man -ww -z "$share"/man/man*/* 2>&1)" ]; }
if command -v mandoc >/dev/null; then ok "the man pages are clean" lint; else skip "the man pages are clean" "no mandoc"; fi
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
echo "1..$n"

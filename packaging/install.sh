#!/bin/sh
# make install, make uninstall: install.sh install|uninstall DMALAB, with PREFIX, DESTDIR,
# sysconfdir and unitdir in the environment. Installs the program DMALAB, what it reads, its man
# pages, completion and systemd's files; starts nothing and makes no user or folder of its own:
# docs/operations.md says what comes next. What was installed is noted in PREFIX/share/dmalab/files:
# the next install removes what is no longer part of it, and uninstall removes that and nothing else.
set -eu
umask 022
what=$1 dmalab=$2
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
PREFIX=${PREFIX:-/usr/local} DESTDIR=${DESTDIR:-}
sysconfdir=${sysconfdir:-/etc} unitdir=${unitdir:-/usr/lib/systemd/system}
# sysusers.d and tmpfiles.d lie beside the units: /usr/lib/systemd/system, /usr/lib/sysusers.d
libdir=$(dirname "$(dirname "$unitdir")")
data=$PREFIX/share/dmalab
config=$sysconfdir/dmalab/lab.yaml

for path in "$PREFIX" "$sysconfdir" "$unitdir" ${DESTDIR:+"$DESTDIR"}; do
	case $path in
	/*) ;;
	*) echo "$0: '$path' is no absolute path" >&2 && exit 2 ;;
	esac
	case $path in
	*[!A-Za-z0-9/._+-]*) echo "$0: '$path' has a character that units and lab.yaml would need quoted" >&2 && exit 2 ;;
	esac
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP

# folder PATH: makes it and notes which parts of it were not there before
folder() {
	below=$1
	while [ "$below" != / ] && [ ! -d "$DESTDIR$below" ]; do
		echo "$below/" >>"$work/files"
		below=$(dirname "$below")
	done
	mkdir -p "$DESTDIR$1"
}

# place MODE FROM TO: a whole file or none, and whoever has the old one open keeps it
place() {
	folder "$(dirname "$3")"
	install -m "$1" "$2" "$DESTDIR$3.new"
	mv -f "$DESTDIR$3.new" "$DESTDIR$3"
}

put() {
	place "$@"
	echo "$3" >>"$work/files"
}

# remove LIST: the files in it, then its folders that are empty; a folder's line ends in a slash
remove() {
	sort -r "$1" >"$work/removed"
	while read -r path; do
		case $path in
		*/) ;;
		*) rm -f "$DESTDIR$path" ;;
		esac
	done <"$work/removed"
	while read -r path; do
		case $path in
		*/) [ ! -d "$DESTDIR$path" ] || rmdir --ignore-fail-on-non-empty "$DESTDIR$path" ;;
		esac
	done <"$work/removed"
}

# fill FILE: the paths of this install in place of the usual ones
fill() { sed -e "s|@PREFIX@|$PREFIX|g" -e "s|@CONFIG@|$config|g" "$1"; }

do_install() {
	[ -x "$dmalab" ] || { echo "$0: no program '$dmalab': run make first" >&2 && exit 2; }
	put 755 "$dmalab" "$PREFIX/bin/dmalab"
	(cd "$top" && find jobs patches kernel-tests -type f ! -name '*~' ! -name '*.orig') | sort >"$work/data"
	while read -r file; do
		put 644 "$top/$file" "$data/$file"
	done <"$work/data"
	sed -e "s|^kernel_tests:.*|kernel_tests: $data/kernel-tests|" -e "s|^patches:.*|patches: $data/patches|" \
		-e "s|^jobs: .*|jobs: $data/jobs|" "$top/lab.yaml" >"$work/lab.yaml"
	put 644 "$work/lab.yaml" "$data/lab.yaml"
	"$here/manual.sh" "$dmalab" >"$work/dmalab.1"
	"$here/manual-lab.sh" "$dmalab" "$top/lab.yaml" >"$work/lab.yaml.5"
	put 644 "$work/dmalab.1" "$PREFIX/share/man/man1/dmalab.1"
	put 644 "$work/lab.yaml.5" "$PREFIX/share/man/man5/lab.yaml.5"
	"$here/completion.sh" "$dmalab" >"$work/completion"
	put 644 "$work/completion" "$PREFIX/share/bash-completion/completions/dmalab"
	fill "$here/systemd/dmalab-agent.service" >"$work/service"
	put 644 "$work/service" "$unitdir/dmalab-agent.service"
	fill "$here/systemd/dmalab-serve.service" >"$work/serve"
	put 644 "$work/serve" "$unitdir/dmalab-serve.service"
	put 644 "$here/systemd/dmalab-serve.socket" "$unitdir/dmalab-serve.socket"
	put 644 "$here/systemd/dmalab.slice" "$unitdir/dmalab.slice"
	put 644 "$here/systemd/dmalab.sysusers" "$libdir/sysusers.d/dmalab.conf"
	put 644 "$here/systemd/dmalab.tmpfiles" "$libdir/tmpfiles.d/dmalab.conf"
	put 644 "$top/docs/operations.md" "$PREFIX/share/doc/dmalab/operations.md"

	# What somebody changed stays; what is as the last install left it follows.
	if [ ! -e "$DESTDIR$config" ] || cmp -s "$DESTDIR$config" "$work/lab.yaml.before"; then
		place 644 "$work/lab.yaml" "$config"
	elif ! cmp -s "$DESTDIR$config" "$work/lab.yaml"; then
		echo "$config is kept; the new one is $data/lab.yaml"
	fi

	echo "$data/files" >>"$work/files"
	if [ -e "$DESTDIR$data/files" ]; then
		grep '/$' "$DESTDIR$data/files" >>"$work/files" || true
		grep -vxFf "$work/files" "$DESTDIR$data/files" >"$work/gone" || true
		grep '/$' "$work/files" >>"$work/gone" || true
		remove "$work/gone"
	fi
	sort -u "$work/files" >"$work/list"
	place 644 "$work/list" "$data/files"
}

do_uninstall() {
	if [ ! -e "$DESTDIR$data/files" ]; then
		echo "$0: nothing is installed below $DESTDIR$PREFIX" >&2
		exit 2
	fi
	cp "$DESTDIR$data/files" "$work/gone"
	if cmp -s "$DESTDIR$config" "$work/lab.yaml.before"; then
		echo "$config" >>"$work/gone"
	elif [ -e "$DESTDIR$config" ]; then
		echo "$config was changed and is kept"
	fi
	remove "$work/gone"
}

if [ -e "$DESTDIR$data/lab.yaml" ]; then cp "$DESTDIR$data/lab.yaml" "$work/lab.yaml.before"; fi
case $what in
install) do_install ;;
uninstall) do_uninstall ;;
*) echo "$0: install or uninstall" >&2 && exit 2 ;;
esac

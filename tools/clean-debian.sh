#!/bin/bash
# `make demo` and `make check` on a Debian 12 that has only its base system, made by debootstrap for
# the purpose, with a fresh clone of HEAD in it. Needs root and Debian's registry.
#
#   tools/clean-debian.sh [demo|check]…      without arguments: demo, demo again, check
#
# Prints lines NAME VALUE [UNIT], what make says goes to standard error. NAME_cold is the first step
# on the fresh system; what comes after it is warm, because the kernel and its base are there.
#   CLEAN_ROOT=FOLDER  where the system is made (default: a new folder below ${TMPDIR:-/var/tmp})
#   CLEAN_KEEP=1       leave it there; it takes some 5 GB
set -eu
cd "$(dirname "$0")/.."
suite=bookworm
child=

fail() {
	echo "$0: $*" >&2
	exit 1
}

# budget NAME: the seconds that NAME may take on two cores.
budget() {
	case $1 in
	demo_cold) echo 900 ;;
	demo_warm) echo 60 ;;
	check_cold) echo 1500 ;;
	check_warm) echo 300 ;;
	esac
}

# sources: this machine's own way to Debian, as lines of a sources.list; other registries stay out.
sources() {
	# shellcheck disable=SC2016 # apt's fields, not the shell's
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
		grep -E " $suite(-updates|-security)? main\$" | sort -u
}

# apart COMMAND…: runs it with mounts and processes of its own: both are gone with it, also when it is
# killed. In the background, so that a signal to this script is taken at once.
apart() {
	local code=0
	unshare --mount --pid --mount-proc --fork --kill-child "$@" </dev/null >&2 &
	child=$!
	wait "$child" || code=$?
	child=
	return $code
}

# system: the base system and what a person must have installed to type the two commands.
system() {
	local mirror f
	mirror=$(sources | awk -v suite=$suite '$3 == suite { print $2; exit }')
	[ -n "$mirror" ] || fail "apt's sources on this machine do not name $suite"
	apart debootstrap --variant=minbase --include=ca-certificates,git,make $suite "$root" "$mirror"
	sources >"$root/etc/apt/sources.list"
	# Proxy, certificates and passwords of a registry; the rest of apt's settings is the machine's own
	# business, and some would hide faults: what is kept, what is recommended.
	apt-config dump Acquire >"$root/etc/apt/apt.conf.d/99host"
	for f in /etc/apt/auth.conf /etc/apt/auth.conf.d; do
		[ ! -e $f ] || cp -pr $f "$root/etc/apt/"
	done
	cp /etc/hosts "$root/etc/hosts"
	git clone -q --no-local . "$root/root/dmalab"
}

# enter COMMAND…: runs it in the system as if that had been booted. By pivot_root, as the kernel refuses
# user namespaces, which the sandbox is made of, to what is in a mere chroot. proc is mounted for the
# new PIDs (and wholly visible, or the sandbox may not mount its own); /sys and /dev are the host's,
# cgroups and all; so is the network.
enter() {
	local variables=() v
	for v in http_proxy https_proxy no_proxy; do
		[ -z "${!v:-}" ] || variables+=("$v=${!v}")
	done
	# shellcheck disable=SC2016 # for the shell inside
	apart bash -euc '
		root=$1
		shift
		mount --bind "$root" "$root"
		cd "$root"
		mount -t proc proc proc
		mount --rbind /sys sys
		mount --rbind /dev dev
		pivot_root . mnt
		cd /
		umount -l /mnt
		exec env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		enter "$root" "${variables[@]}" "$@"
}

# debs: megabytes of packages that apt fetched; apt-get keeps them unless told otherwise.
debs() { find "$root/var/cache/apt/archives" -name '*.deb' -printf '%s\n' | awk '{ s += $1 } END { printf "%.0f", s / 1e6 }'; }

# shellcheck disable=SC2317 # called by the trap
cleanup() {
	if [ -n "$child" ]; then
		kill -KILL "$child" 2>/dev/null || true
		wait "$child" 2>/dev/null || true
	fi
	# Once more, for what was killed may have been writing still.
	[ -n "${CLEAN_KEEP:-}" ] || rm -rf --one-file-system "$root" 2>/dev/null ||
		{ sleep 2 && rm -rf --one-file-system "$root"; }
}

[ $# != 0 ] || set -- demo demo check
for step; do
	case $step in demo | check) ;; *) fail "$step: neither demo nor check" ;; esac
done
[ "$(id -u)" = 0 ] || fail "only root may make a system and enter it"
command -v debootstrap >/dev/null || fail "no debootstrap: run tools/install-packages.sh"
if [ -n "${CLEAN_ROOT:-}" ]; then
	mkdir -p "$CLEAN_ROOT"
	root=$(realpath "$CLEAN_ROOT")
	[ -z "$(ls -A "$root")" ] || fail "$root is not empty"
else
	root=$(mktemp -d "${TMPDIR:-/var/tmp}/dmalab-clean.XXXXXX")
fi
trap cleanup EXIT
trap 'exit 1' INT TERM HUP
chmod 755 "$root" # it will be /, also for who is not root
eval "$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
export http_proxy https_proxy

began=$SECONDS
system
echo "debootstrap $((SECONDS - began)) s"
had=$(debs)
state=cold result=0
for step; do
	name=${step}_$state began=$SECONDS code=0
	enter make -C /root/dmalab "$step" || code=$?
	took=$((SECONDS - began))
	echo "$name $took s"
	if [ $code != 0 ]; then
		echo "$0: make $step: exit $code" >&2
		result=1
	elif [ $took -gt "$(budget "$name")" ]; then
		echo "$0: $name: over its budget of $(budget "$name") s" >&2
	fi
	state=warm
done
echo "downloaded $(($(debs) - had)) MB"
echo "system $(du -smx "$root" | cut -f 1) MB"
exit $result

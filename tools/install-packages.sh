#!/bin/sh
# Installs what packaging/debian-packages.txt lists and this machine lacks, without recommended
# packages and without starting a service. Silent when nothing is missing.
set -eu
cd "$(dirname "$0")/.."
wanted=$(sed -e 's/#.*//' -e '/^ *$/d' packaging/debian-packages.txt)
# With what they provide: the nodejs of Node.js itself has npm in it, which shuts out Debian's npm.
there=$(dpkg-query -W -f ' ${db:Status-Status} ${Package} ${Provides} \n' | sed -n 's/^ installed\( .*\)/\1/p' | tr -s ', \n' ' ')
missing=
for p in $wanted; do
	case $there in
	*" $p "*) ;;
	*) missing="$missing $p" ;;
	esac
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
	echo "$0: to be installed by root:$missing" >&2
	exit 1
fi
echo "installing from Debian:$missing"
# Debian asks this file whether a package may start its services (invoke-rc.d(8)).
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
	trap 'rm -f "$policy"' EXIT
	trap 'exit 1' INT TERM HUP
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update >/dev/null
# shellcheck disable=SC2086 # a list of names
apt-get -q install -y --no-install-recommends $missing >/dev/null

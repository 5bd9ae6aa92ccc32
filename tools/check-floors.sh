#!/bin/sh
# Refuses an #include that goes up a floor, or sideways between rooms or stages (docs/design.md).
set -eu
cd "${1:-$(dirname "$0")/../agent}"
room() { # agent/stage/build/x.c -> stage/build, agent/base/x.c -> base
	case $1 in stage/*) echo "$1" | cut -d/ -f1,2 ;; *) echo "${1%%/*}" ;; esac
}
floor() {
	case $1 in
	base) echo 0 ;; model) echo 1 ;;
	console | net | http | mail | yaml | html | git | sandbox) echo 2 ;;
	store | stage/*) echo 3 ;;
	pipeline) echo 4 ;; report | bisect) echo 5 ;; web) echo 6 ;; cli) echo 7 ;;
	*) echo 99 ;;
	esac
}
bad=0
for f in $(find . -name '*.[ch]' | sed 's|^\./||' | sort); do
	from=$(room "$f")
	if [ "$(floor "$from")" = 99 ]; then echo "$f: in no known room" >&2; bad=1; fi
	if grep -q '^#include "\.\./' "$f"; then echo "$f: include from agent/, not by ../" >&2; bad=1; fi
	for inc in $(sed -n 's/^#include "\([^"]*\)"$/\1/p' "$f"); do
		to=$(room "$inc")
		if [ "$(floor "$to")" -gt "$(floor "$from")" ] ||
			{ [ "$from" != "$to" ] && [ "$(floor "$to")" = "$(floor "$from")" ]; }; then
			echo "$f: must not include $inc" >&2
			bad=1
		fi
	done
	lines=$(wc -l <"$f")
	if [ "$lines" -gt 600 ]; then echo "$f: $lines lines; is it one room, or two?" >&2; bad=1; fi
done
exit $bad

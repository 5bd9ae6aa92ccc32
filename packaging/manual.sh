#!/bin/sh
# manual.sh DMALAB: dmalab(1) on standard output, made of what `dmalab help` and `dmalab help COMMAND`
# say, so that agent/cli/commands.c is the only place where commands are described.
set -eu
dmalab=$1
here=$(dirname "$0")
version=$("$dmalab" --version)
date=$(date -u -r "$dmalab" +%F)

# One command, from help.awk's records.
command_page() {
	awk -F '\t' -v name="$1" '
	# a minus that is copied, no requests, no typographic quotes
	function esc(s) {
		gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/\047/, "\\(aq", s); gsub(/…/, "\\|.\\|.\\|.", s)
		return s ~ /^\./ ? "\\\\&" s : s
	}
	function example(on) { if (on != ex) print on ? ".PP\n.EX" : ".EE"; ex = on }
	$1 == "usage" { print ".SS \"" esc(name ($2 != "" ? " " $2 : "")) "\"" }
	$1 == "summary" { print esc(toupper(substr($2, 1, 1)) substr($2, 2)) }
	$1 == "gap" { gap = 1; next }
	$1 == "option" { example(0); print ".TP\n.B " esc($2) ($3 != "" ? " \\fI" esc($3) "\\fR" : ""); print esc($4) }
	$1 == "operand" { example(0); print ".TP\n.I " esc($2); print esc($3) }
	$1 == "more" { print esc($2) }
	$1 == "text" { example(0); if (gap) print ".PP"; print esc($2) }
	$1 == "example" { if (gap && ex) print ""; example(1); print esc($2) }
	{ gap = 0 }
	END { example(0) }'
}

{
	sed -e "s|@VERSION@|$version|" -e "s|@DATE@|$date|" "$here/man/dmalab.1.head"
	for c in $("$dmalab" help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p'); do
		"$dmalab" help "$c" | awk -f "$here/help.awk" | command_page "$c"
	done
	cat "$here/man/dmalab.1.tail"
} | awk -f "$here/man/wrap.awk"

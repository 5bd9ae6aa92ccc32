#!/bin/sh
# completion.sh DMALAB: bash's completion on standard output: completion/dmalab.bash with what `dmalab
# help` says in place of @COMMANDS@ and @TABLE@.
set -eu
dmalab=$1
here=$(dirname "$0")
commands=$("$dmalab" help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p' | tr '\n' ' ')

# A line a command: its options, as --name or --name=VALUE, and =WORD for what may stand alone.
table() {
	for c in $commands; do
		"$dmalab" help "$c" | awk -f "$here/help.awk" | awk -F '\t' -v name="$c" '
		$1 == "usage" {
			sub(/,? *or .*/, "", $2)
			n = split($2, word, " ")
			for (i = 1; i <= n; i++) {
				gsub(/[][]|…/, "", word[i])
				if (word[i] ~ /^--/) { i++; continue } # an option and its value
				if (word[i] != "" && word[i] != "OPTION") words = words " =" word[i]
			}
		}
		$1 == "option" { options = options " " $2 ($3 != "" ? "=" $3 : "") }
		END { printf "\t%s) echo \"%s\" ;;\n", name, substr(options " --config=FILE --help" words, 2) }'
	done
}

made=$(mktemp)
trap 'rm -f "$made"' EXIT
table >"$made"
sed -e "s|@COMMANDS@|${commands% }|" -e "/@TABLE@/{r $made
d}" "$here/completion/dmalab.bash"

#!/bin/sh
# manual-lab.sh DMALAB LAB.YAML: lab.yaml(5) on standard output. Its keys are the file's own, with
# their comments; of kernels and boards the first one is shown.
set -eu
dmalab=$1 lab=$2
here=$(dirname "$0")
version=$("$dmalab" --version)
date=$(date -u -r "$dmalab" +%F)

{
	sed -e "s|@VERSION@|$version|" -e "s|@DATE@|$date|" "$here/man/lab.yaml.5.head"
	# A block between empty lines is about one key. A comment above an entry belongs to that.
	awk '
	function esc(s) {
		gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/\047/, "\\(aq", s); gsub(/`/, "\\(ga", s)
		return s ~ /^\./ ? "\\\\&" s : s
	}
	BEGIN { RS = ""; FS = "\n" }
	{
		key = ""
		for (i = 1; i <= NF && key == ""; i++)
			if (match($i, /^(# )?[a-z_]+:( |$)/)) { key = substr($i, 1, RLENGTH); gsub(/[# :]/, "", key) }
		if (key == "") next # what the file says of itself
		print ".SS " key "\n.EX"
		few = key == "configs" || key == "targets"
		entries = 0; held = ""
		for (i = 1; i <= NF; i++) {
			if ($i ~ /^  [a-z]/ && ++entries > 1 && few) break
			if (few && entries && $i ~ /^  #/) { held = held esc($i) "\n"; continue }
			printf "%s", held; held = ""
			print esc($i)
		}
		print ".EE"
	}' "$lab"
	cat "$here/man/lab.yaml.5.tail"
} | awk -f "$here/man/wrap.awk"

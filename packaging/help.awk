# Reads what `dmalab help COMMAND` prints and says what each line is, a record a line, tab between
# KIND and fields: "usage ARGS", "summary TEXT", "option NAME VALUE TEXT" (VALUE as printed, maybe
# empty), "operand NAME TEXT", "more TEXT" (goes on with what is described above), "text TEXT",
# "example TEXT", "gap". manual.sh and completion.sh read these.
BEGIN { OFS = "\t" }
NR == 1 { sub(/^Usage: dmalab [a-z]+ ?/, ""); print "usage", $0; next }
NR == 2 || NR == 4 { next }
NR == 3 { print "summary", $0; next }
/^$/ { told = 0; print "gap"; next }
/^  --/ {
	line = substr($0, 3)
	match(line, /^--[a-z-]+/)
	name = substr(line, 1, RLENGTH)
	line = substr(line, RLENGTH + 1)
	value = ""
	if (match(line, /^ [A-Z][^ ]*/)) { value = substr(line, 2, RLENGTH - 1); line = substr(line, RLENGTH + 1) }
	sub(/^ +/, "", line)
	print "option", name, value, line
	told = 1
	next
}
/^  [A-Z][^ ]*  +[^ ]/ {
	line = substr($0, 3)
	match(line, /^[^ ]+/)
	name = substr(line, 1, RLENGTH)
	line = substr(line, RLENGTH + 1)
	sub(/^ +/, "", line)
	print "operand", name, line
	told = 1
	next
}
/^   / && told { sub(/^ +/, ""); print "more", $0; next }
/^  / { print "example", substr($0, 3); next }
{ told = 0; print "text", $0 }

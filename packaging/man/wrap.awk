# Breaks the lines of a man page's running text at 78 characters; requests and examples stay.
/^\.EX/ { ex = 1 }
/^\.EE/ { ex = 0 }
{
	line = $0
	while (!ex && line !~ /^\./ && length(line) > 78) {
		at = 78
		while (at > 1 && substr(line, at, 1) != " ")
			at--
		if (at == 1)
			break
		print substr(line, 1, at - 1)
		line = substr(line, at + 1)
	}
	print line
}

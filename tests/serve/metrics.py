#!/usr/bin/env python3
"""metrics.py <TEXT: reads Prometheus' text format 0.0.4 strictly, as its documentation has it;
prints the samples. Exit 1 at the first line that is none."""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (-?[0-9]+(?:\.[0-9]+)?)\Z")
text = sys.stdin.read()
assert text.endswith("\n") and text, "does not end in a line's end"
types, done, seen, current, helped = {}, set(), set(), None, None
for line in text[:-1].split("\n"):
    if m := re.match(rf"# HELP ({NAME}) (\S.*)\Z", line):
        assert m[1] not in types and helped is None, line
        helped = m[1]
    elif m := re.match(rf"# TYPE ({NAME}) (counter|gauge)\Z", line):
        assert helped == m[1], f"no help before: {line}"
        if current:
            done.add(current)
        types[m[1]], current, helped = m[2], m[1], None
        assert m[2] != "counter" or m[1].endswith("_total"), line
    else:
        m = SAMPLE.match(line)
        assert m, f"no sample: {line!r}"
        assert m[1] == current and m[1] not in done, f"not in its group: {line}"
        assert (m[1], m[2]) not in seen, f"twice: {line}"
        assert types[m[1]] != "counter" or float(m[3]) >= 0, line
        seen.add((m[1], m[2]))
        print(line)

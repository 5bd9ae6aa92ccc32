#!/usr/bin/env python3
"""Validates KCIDB documents, one a line on standard input, or whole files that are named; prints
"ok" or "bad: why" for each. Exit: 0 all are good, 1 one is not, 77 python3-jsonschema is missing."""
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("python3-jsonschema is missing", file=sys.stderr)
    sys.exit(77)

with open(os.path.join(os.path.dirname(__file__), "schema.json"), encoding="utf-8") as f:
    schema = json.load(f)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)


def documents():
    if len(sys.argv) == 1:
        yield from (json.loads(line) for line in sys.stdin)
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            yield json.load(file)


bad = 0
for doc in documents():
    first = next(iter(sorted(validator.iter_errors(doc), key=str)), None)
    if first is None:
        print("ok")
    else:
        bad += 1
        where = "/".join(str(p) for p in first.absolute_path)
        print("bad: %s: %s" % (where, first.message.replace("\n", " ")[:300]))
sys.exit(1 if bad else 0)

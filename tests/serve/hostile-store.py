#!/usr/bin/env python3
"""hostile-store.py WORK: makes every text of a store what a stranger would like it to be, by the same
rule for the same word, so that rows still find each other. A console and a compiler's log too."""
import hashlib
import os
import sqlite3
import struct
import sys

# A formula to a spreadsheet, markup to HTML and XML, code to a link, and what is no UTF-8.
BEFORE = b"=cmd()|"
BEHIND = b"\"'`><script>alert(1)</script><img src=x onerror=alert(1)>&lt;]]>--> javascript:alert(1) \xff\xc0\xbc/\xef\xbf\xbf"
# A Message-ID is what stands between '<' and '>', and is UTF-8 before it is stored.
BEHIND_ID = b"\"'`&lt;img/src=x/onerror=alert(1)//..]]--javascript:alert(1)"
# What a terminal or a reader would obey; not in what is named in a link.
OBEYED = b"\x1b[31m\r\x07\xe2\x80\xae\xc2\x9b"

# Words that dmalab itself writes, and what names a file of its own.
OURS = {"logs", "stores", "counters", "job_days.outcome", "artifacts.sha256", "builds.log_sha256", "jobs.log_sha256",
        "reasons.kind", "tasks.lease_boot", "mails.origin"}
# What links lead by, and what is found by it.
NAMES = {"id", "message_id", "msgid", "target", "path", "what", "tree_name", "config_name", "signature", "fix", "design",
         "tree", "config", "commit", "good", "bad", "culprit", "lab", "name", "key", "log_of", "digest", "source", "watch"}
NAMES_TOO = {"reasons.subject", "changes.subject", "bisections.subject"}
IDS = {"message_id", "msgid", "bisections.series"}
WORDS = {None, b"", b"none", b"boot"}  # of a design, of a change
FREE = {"series.name", "checkouts.name", "verdicts.name", "mails.name"}


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def log_put(work, db, table, row, text):
    """A zstd frame of raw blocks (RFC 8878), as the store's own are named."""
    sha = hashlib.sha256(text).hexdigest()
    frame = b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", len(text))
    pieces = [text[i:i + 100000] for i in range(0, len(text), 100000)]
    for i, piece in enumerate(pieces):
        frame += struct.pack("<I", len(piece) << 3 | (i == len(pieces) - 1))[:3] + piece
    path = f"{work}/logs/{sha[:2]}/{sha}.zst"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as f:
        f.write(frame)
    db.execute("INSERT OR IGNORE INTO logs VALUES(?, ?, 1)", (sha, len(text)))
    db.execute(f"UPDATE {table} SET log_sha256 = ? WHERE num = ?", (sha, row))


def main():
    work = sys.argv[1]
    db = sqlite3.connect(f"{work}/dmalab.db")
    db.text_factory = bytes
    db.execute("PRAGMA foreign_keys = OFF")
    for fn, behind in (("name_of", BEHIND), ("id_of", BEHIND_ID), ("free_of", BEHIND + OBEYED)):
        db.create_function(fn, 1, lambda v, behind=behind: v if v in WORDS else BEFORE + v + behind)
    db.execute("BEGIN")
    changed = 0
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").fetchall():
        table = table.decode()
        for _, column, kind, _, _, _ in db.execute(f"PRAGMA table_info({quoted(table)})").fetchall():
            column = column.decode()
            if kind != b"TEXT" or table in OURS or f"{table}.{column}" in OURS:
                continue
            whole = f"{table}.{column}"
            name = (column in NAMES or column.endswith("_id") or whole in NAMES_TOO) and whole not in FREE
            fn = "id_of" if column in IDS or whole in IDS else "name_of" if name else "free_of"
            try:
                db.execute(f"UPDATE {quoted(table)} SET {quoted(column)} = CAST({fn}(CAST({quoted(column)} AS BLOB)) AS TEXT)")
                changed += 1
            except sqlite3.IntegrityError as e:
                print(f"# {table}.{column} stays: {e}")
    db.execute("UPDATE mails SET origin = CASE num % 3 WHEN 0 THEN 'java' || char(9) || 'script:alert(1)' WHEN 1 THEN "
               "'javascript:alert(1)' ELSE '//evil.example/' END")
    console = b"".join(b"[ %4d.000000] line %d %s%s\n" % (i, i, BEHIND if i % 3 == 0 else b"", OBEYED if i % 7 == 0 else b"")
                       for i in range(3000))
    log_put(work, db, "jobs", 6, console)
    log_put(work, db, "builds", 3, console[:5000] + b"no end of line")
    db.execute("COMMIT")
    print(f"{changed} columns")


main()

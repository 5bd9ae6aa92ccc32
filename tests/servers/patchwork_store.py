# SPDX-License-Identifier: GPL-2.0-or-later
"""What patchwork.py knows: mails of mbox files as patches, covers, series and events."""
import email
import email.errors
import email.header
import email.utils
import os
import random
import re
import sys
import threading
import time
from datetime import datetime, timedelta, timezone


def decoded(value):
    """A header's value as text on one line."""
    text = str(value or "")
    try:
        parts = [p.decode(c or "utf-8", "replace") if isinstance(p, bytes) else p
                 for p, c in email.header.decode_header(text)]
    except (email.errors.MessageError, LookupError, ValueError):
        parts = [text.encode("utf-8", "replace").decode()]
    return " ".join("".join(parts).split())


def ids_in(value):
    return re.findall(r"<[^<>\s]+>", value or "")


def subject_parts(subject):
    """(prefixes, what is behind them, whether it answers)."""
    reply = re.match(r"(?i)\s*(re|fwd?)\s*:", subject)
    prefixes, rest = [], re.sub(r"(?i)^(\s*(re|fwd?)\s*:)+", "", subject).strip()
    while (m := re.match(r"\[([^\]]*)\]\s*", rest)):
        prefixes += [w for w in re.split(r"[,\s]+", m.group(1)) if w]
        rest = rest[m.end():]
    return [p for p in prefixes if p.upper() != "PATCH"], rest, bool(reply)


def body_of(msg):
    for part in msg.walk():
        if part.get_content_type() in ("text/plain", "text/x-patch", "text/x-diff"):
            data = part.get_payload(decode=True) or b""
            try:
                return data.decode(part.get_content_charset() or "utf-8", "strict")
            except (LookupError, ValueError):
                return data.decode("utf-8", "replace")
    return ""


def split_diff(body):
    """(text above the diff, the diff without the mail's signature)."""
    m = re.search(r"^(diff --git |Index: |--- \S.*\n\+\+\+ )", body, re.M)
    if not m:
        return body.strip("\n"), ""
    diff = re.split(r"^-- ?\n", body[m.start():], maxsplit=1, flags=re.M)[0]
    return body[:m.start()].strip("\n"), diff.rstrip("\n") + "\n"


class Fate:
    """Decides what goes wrong this time."""

    def __init__(self, spec, seed):
        self.how = dict(p.split("=", 1) if "=" in p else (p, "1") for p in spec.split(",") if p)
        known = {"502", "429", "lost", "cut", "slow", "late-cover", "charset", "twice", "late-event"}
        if set(self.how) - known:
            sys.exit("patchwork.py: no such misbehaviour: " + ", ".join(set(self.how) - known))
        self.random, self.count = random.Random(seed), {}

    def strikes(self, name):
        how = float(self.how.get(name, 0))
        self.count[name] = self.count.get(name, 0) + 1
        return self.random.random() < how if how < 1 else self.count[name] % int(how) == 0


class Store:
    """What Patchwork has in its database. Use with .lock held."""

    def __init__(self, args, fate):
        self.lock, self.args, self.fate = threading.RLock(), args, fate
        self.people, self.by_ref, self.msgids, self.late = {}, {}, {}, []
        self.patches, self.covers, self.series, self.events, self.checks = [], [], [], [], []
        self.project = {
            "id": 1, "name": args.project, "link_name": args.project,
            "list_id": args.project + ".lists.example.org",
            "list_email": args.project + "@lists.example.org",
            "web_url": "", "scm_url": "", "webscm_url": "",
            "list_archive_url": "https://lore.kernel.org/%s/" % args.project,
            "list_archive_url_format": "https://lore.kernel.org/r/{}", "commit_url_format": ""}

    def now(self):
        return datetime.utcnow() + timedelta(minutes=self.args.zone)

    def event(self, category, **payload):
        """The transaction that made it may commit later than its date says."""
        done = category == "series-completed"
        late = self.args.late if done and self.fate.strikes("late-event") else 0
        for _ in range(2 if done and self.fate.strikes("twice") else 1):
            self.events.append({"id": len(self.events) + 1, "category": category,
                                "date": self.now().isoformat(timespec="microseconds"),
                                "payload": payload, "shown": time.monotonic() + late})

    def mail(self, raw, now=False):
        """Takes a mail as Patchwork's parser does; False: it has it or has no use for it."""
        msg = email.message_from_bytes(raw)
        msgid = (ids_in(str(msg["Message-ID"])) or [None])[0]
        if not msgid or msgid in self.msgids or msg["X-Patchwork-Hint"] == "ignore":
            return False
        prefixes, name, reply = subject_parts(decoded(msg["Subject"]))
        content, diff = split_diff(body_of(msg))
        marker = next((re.fullmatch(r"(\d+)/(\d+)", p) for p in prefixes
                       if re.fullmatch(r"(\d+)/(\d+)", p)), None)
        number, total = (int(marker.group(1)), int(marker.group(2))) if marker else (1, 1)
        is_cover = bool(marker) and number == 0 and not diff and not reply
        if reply or not (diff or is_cover):
            return False
        if is_cover and not now and self.fate.strikes("late-cover"):
            self.late.append((time.monotonic() + self.args.late, raw))
            return False
        version = next((int(p[1:]) for p in prefixes if re.fullmatch(r"(?i)v\d+", p)), 1)
        who = email.utils.parseaddr(decoded(msg["From"]))
        try:
            date = email.utils.parsedate_to_datetime(str(msg["Date"])).astimezone(timezone.utc)
        except (TypeError, ValueError):
            date = datetime.now(timezone.utc)
        item = {"msgid": msgid, "msg": msg, "prefixes": prefixes, "content": content, "diff": diff,
                "name": "[%s] %s" % (",".join(prefixes), name) if prefixes else name,
                "bare": name, "number": number, "date": date.replace(tzinfo=None, microsecond=0),
                "submitter": self.people.setdefault(who[1].lower(), (len(self.people) + 1, who)),
                "charset": self.fate.strikes("charset")}
        self.put(item, is_cover, version, total)
        return True

    def put(self, item, is_cover, version, total):
        refs = [item["msgid"]] + ids_in(str(item["msg"]["In-Reply-To"])) + \
            ids_in(str(item["msg"]["References"]))[::-1]
        s = next((s for r in refs for s in self.by_ref.get(r, [])
                  if s["version"] == version and s["total"] == total), None)
        if not s or (s["cover"] if is_cover else any(p["number"] == item["number"]
                                                     for p in s["patches"])):
            s = {"id": len(self.series) + 1, "version": version, "total": total, "cover": None,
                 "name": None, "patches": [], "date": item["date"], "by": item["submitter"]}
            self.series.append(s)
            self.event("series-created", series=s)
        for r in refs:
            known = self.by_ref.setdefault(r, [])
            if s not in known:
                known.append(s)
        items = self.covers if is_cover else self.patches
        item.update(id=len(items) + 1, series=s, is_cover=is_cover)
        items.append(item)
        self.msgids[item["msgid"]] = item
        if is_cover:
            s["cover"], s["name"] = item, item["bare"]
            self.event("cover-created", cover=item)
            return
        s["patches"] = sorted(s["patches"] + [item], key=lambda p: p["number"])
        if s["name"] is None and item["number"] == 1:
            s["name"] = item["name"]
        self.event("patch-created", patch=item)
        self.event("patch-completed", patch=item, series=s)
        if len(s["patches"]) >= total:
            self.event("series-completed", series=s)

    def look(self, seen):
        """Takes what is new in the files; what is written to a folder is to be renamed into it."""
        files = []
        for path in self.args.mbox:
            files += [path] if not os.path.isdir(path) else sorted(
                os.path.join(d, f) for d, _, names in os.walk(path) for f in names if f[0] != ".")
        for path in files:
            try:
                st = os.stat(path)
                if seen.get(path) == (st.st_size, st.st_mtime_ns):
                    continue
                with open(path, "rb") as f:
                    raw = f.read()
            except FileNotFoundError:
                continue
            seen[path] = (st.st_size, st.st_mtime_ns)
            for mail in re.split(rb"(?:^|(?<=\n))From [^\n]*\d{4}\n", raw):
                if mail.strip():
                    with self.lock:
                        self.mail(re.sub(rb"^>(>*From )", rb"\1", mail, flags=re.M))
        with self.lock:
            ready = [raw for at, raw in self.late if at <= time.monotonic()]
            self.late = [x for x in self.late if x[0] > time.monotonic()]
            for raw in ready:
                self.mail(raw, now=True)


def mbox_of(items):
    """Not the mail that came: headers in front, the text's encoding and the diff's place changed."""
    out = []
    for i in items:
        claim = "us-ascii" if i["charset"] else "utf-8"
        text = "From patchwork %s\nContent-Type: text/plain; charset=\"%s\"\nMIME-Version: 1.0\n" \
            "Content-Transfer-Encoding: 8bit\nX-Patchwork-Submitter: %s\nX-Patchwork-Id: %d\n" % (
                i["date"].strftime("%a %b %d %H:%M:%S %Y"), claim,
                email.utils.formataddr(i["submitter"][1]), i["id"])
        for k, v in i["msg"].items():
            if k.lower() not in ("content-type", "content-transfer-encoding"):
                text += "%s: %s\n" % (k, v)
        body = i["content"] + "\n" + ("\n" + i["diff"] if i["diff"] else "")
        out.append(text + "\n" + re.sub(r"^(>*From )", r">\1", body, flags=re.M))
    return "\n".join(out).encode("utf-8", "surrogateescape")

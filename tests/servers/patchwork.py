#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A Patchwork on loopback for tests: the REST API 1.0 to 1.4 over mails of mbox files.

Shapes and statuses are those that a real Patchwork gave (API 1.4's OpenAPI file and recorded
answers), its traps too: a bad filter is answered with [] (two categories with a comma are one),
`since` with a zone is a 500, a page past the end a 404, a POST without the slash at the end a 301,
and events have the server's own time.

--misbehave NAME=HOW,…: HOW is a share below 1 (by --seed), or N for every Nth.
  of requests:  502  HTML instead of an answer     429   with Retry-After: 1
                lost the work is done, the reply is not sent
                cut  half of the answer            slow  after --slow seconds
  of mails:     late-cover  the cover comes --late seconds after its series is complete
                charset     its mbox claims us-ascii whatever it is
  of series-completed events:
                twice       there are two of it, with two ids
                late-event  it shows --late seconds after its date and id were given
It ends by itself with its parent, with its stdin where that is a pipe, and after --max-seconds.
"""
import argparse
import hashlib
import json
import os
import re
import stat
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

sys.dont_write_bytecode = True  # nothing of a test is left in the source
from patchwork_store import Fate, Store, decoded, mbox_of

USER = {"id": 1, "username": "bot", "first_name": "", "last_name": "", "email": "bot@example.org"}
STATES = ("pending", "success", "warning", "fail")
NAMES = ("projects", "users", "people", "patches", "covers", "series", "events", "bundles")
PAGE, PAGE_MAX = 30, 250


class Shapes:
    """Rows of the store as the JSON of one API version (a URL's "api/1.3" or "api")."""

    def __init__(self, store, root, api):
        self.store, self.root, self.api, self.base = store, root, api, "%s/%s" % (root, api)

    def project(self, maintainers=False):
        p = dict(self.store.project, url=self.base + "/projects/1/")
        return dict(p, maintainers=[self.user()], subject_match="") if maintainers else p

    def user(self):
        return dict(USER, url=self.base + "/users/1/")

    def person(self, who):
        return {"id": who[0], "url": "%s/people/%d/" % (self.base, who[0]),
                "name": who[1][0] or None, "email": who[1][1]}

    def brief(self, item):
        kind = "cover" if item["is_cover"] else "patch"
        web = "%s/project/%s/%s/%s/" % (self.root, self.store.args.project, kind,
                                        quote(item["msgid"][1:-1], safe="@+"))
        return {"id": item["id"], "web_url": web, "msgid": item["msgid"], "mbox": web + "mbox/",
                "url": "%s/%s/%d/" % (self.base, "covers" if kind == "cover" else "patches", item["id"]),
                "list_archive_url": "https://lore.kernel.org/r/" + item["msgid"][1:-1],
                "date": item["date"].isoformat(), "name": item["name"]}

    def series_brief(self, s):
        return {"id": s["id"], "url": "%s/series/%d/" % (self.base, s["id"]),
                "web_url": "%s/project/%s/list/?series=%d" % (self.root, self.store.args.project, s["id"]),
                "date": s["date"].isoformat(), "name": s["name"], "version": s["version"],
                "mbox": "%s/series/%d/mbox/" % (self.root, s["id"])}

    def series(self, s):
        more = {"dependencies": [], "dependents": []} if self.api.endswith("1.4") else {}
        return dict(self.series_brief(s), project=self.project(), submitter=self.person(s["by"]),
                    total=s["total"], received_total=len(s["patches"]),
                    received_all=len(s["patches"]) >= s["total"],
                    cover_letter=self.brief(s["cover"]) if s["cover"] else None,
                    patches=[self.brief(p) for p in s["patches"]], **more)

    def item(self, item, whole=False):
        where = "%s/api/%s/%d" % (self.root, "covers" if item["is_cover"] else "patches", item["id"])
        d = dict(self.brief(item), project=self.project(), submitter=self.person(item["submitter"]),
                 series=[self.series_brief(item["series"])], comments=where + "/comments/")
        if not item["is_cover"]:
            states = [c["state"] for c in self.store.checks if c["patch"] == item["id"]]
            worst = max(states, key=STATES.index) if states else "pending"
            d.update(commit_ref=None, pull_url=None, state="new", archived=False, delegate=None,
                     hash=hashlib.sha1(item["diff"].encode()).hexdigest(), check=worst,
                     checks=where + "/checks/", tags={}, related=[])
        if whole:
            headers = {}
            for k, v in item["msg"].items():
                old = headers.get(k)
                headers[k] = decoded(v) if old is None else \
                    (old if isinstance(old, list) else [old]) + [decoded(v)]
            d.update(headers=headers, content=item["content"])
            if not item["is_cover"]:
                d.update(diff=item["diff"], prefixes=item["prefixes"])
        return d

    def event(self, e):
        payload = {k: self.series_brief(v) if k == "series" else self.brief(v)
                   for k, v in e["payload"].items()}
        return {"id": e["id"], "category": e["category"], "project": self.project(),
                "date": e["date"], "actor": None, "payload": payload}

    def check(self, c):
        return {"id": c["id"], "url": "%s/patches/%d/checks/%d/" % (self.base, c["patch"], c["id"]),
                "user": self.user(), **{k: c[k] for k in ("date", "state", "target_url", "context",
                                                          "description")}}


class Gone(Exception):
    """An answer other than 200: (status, body as JSON, or HTML as text)."""


def page_html(title):
    return "<!DOCTYPE html>\n<html><head><title>%s</title></head><body>%s</body></html>\n" % (title, title)


NOT_FOUND = page_html("404: File not found - Patchwork")


class Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "gunicorn", ""
    store = None
    timeout = 60
    disable_nagle_algorithm = True  # header and body are two writes

    def do_GET(self):
        self.work(None)

    def do_POST(self):
        self.work(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def work(self, body):
        args, fate = self.store.args, self.store.fate
        with self.store.lock:
            wrong = [w for w in ("502", "429", "slow", "lost", "cut") if fate.strikes(w)]
        if "slow" in wrong:
            time.sleep(args.slow)
        if "502" in wrong:
            answer = (502, {"Content-Type": "text/html"}, page_html("502 Bad Gateway").encode())
        elif "429" in wrong:
            answer = (429, {"Content-Type": "text/plain", "Retry-After": "1"}, b"")
        else:
            with self.store.lock:
                answer = self.answer(body)
        if args.log:
            with self.store.lock, open(args.log, "a", encoding="utf-8") as f:
                f.write("%.3f %s %s %d %s\n" % (time.time(), self.command, self.path, answer[0],
                                               ",".join(wrong) or "-"))
        self.send(*answer, wrong)

    def send(self, status, headers, data, wrong):
        if "lost" in wrong:
            self.close_connection = True
            return
        self.send_response(status)
        for k, v in headers.items():
            self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if "cut" in wrong:
            data, self.close_connection = data[:len(data) // 2], True
        self.wfile.write(data)

    def answer(self, body):
        u = urlsplit(self.path)
        self.query = dict(parse_qsl(u.query, keep_blank_values=True))
        self.shapes = Shapes(self.store, "http://%s:%d" % self.server.server_address[:2], "api")
        self.link = None
        if not u.path.endswith("/"):
            return 301, {"Content-Type": "text/html; charset=utf-8", "Location":
                         u.path + "/" + ("?" + u.query if u.query else "")}, b""
        headers = {"Content-Type": "application/json", "Vary": "Accept, Cookie"}
        try:
            status, value = self.route(u.path, body)
        except Gone as e:
            status, value = e.args
        if status == 302:
            return 302, {"Content-Type": "text/html; charset=utf-8", "Location": value}, b""
        if isinstance(value, bytes):
            headers = {"Content-Type": "text/plain; charset=utf-8"}
        elif isinstance(value, str):
            headers["Content-Type"], value = "text/html; charset=utf-8", value.encode()
        else:
            if status == 201:
                headers["Location"] = value["url"]
            value = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(
                "utf-8", "replace")
        if self.link:
            headers["Link"] = self.link
        return status, headers, value

    def route(self, path, body):
        store, project = self.store, re.escape(self.store.args.project)
        missing = Gone(404, NOT_FOUND)
        if (m := re.fullmatch(r"/api(/1\.[0-4])?/(.*)", path)):
            self.shapes = Shapes(store, self.shapes.root, "api" + (m.group(1) or ""))
            return self.api(m.group(2).split("/")[:-1], body)
        if (m := re.fullmatch(r"/series/(\d+)/mbox/", path)):
            return 200, mbox_of(self.one(store.series, m.group(1), missing)["patches"])
        if (m := re.fullmatch(r"(?:/project/%s)?/(patch|cover)/(.+?)/(mbox/|raw/)?" % project, path)):
            items = store.covers if m.group(1) == "cover" else store.patches
            msgid = "<%s>" % unquote(m.group(2))
            if path.startswith("/project/"):
                item = store.msgids.get(msgid)
                if not item or item not in items:
                    raise missing
                return 200, mbox_of([item]) if m.group(3) else page_html(item["name"])
            item = store.msgids.get(msgid) or self.one(items, m.group(2), missing)
            web = urlsplit(self.shapes.brief(item)["web_url"]).path
            return 302, web + (m.group(3) or "")
        raise missing

    @staticmethod
    def one(rows, number, missing=Gone(404, {"detail": "Not found."})):
        if not number.isdigit() or not 0 < int(number) <= len(rows):
            raise missing
        return rows[int(number) - 1]

    def api(self, parts, body):
        sh, store = self.shapes, self.store
        what, number = (parts + ["", ""])[:2]
        if what not in ("",) + NAMES:
            raise Gone(404, NOT_FOUND)
        if body is not None and not (what == "patches" and parts[2:] == ["checks"]):
            raise Gone(405, {"detail": "Method \"POST\" not allowed."})
        if what == "":
            return 200, {n: "%s/%s/" % (sh.base, n) for n in NAMES}
        if what == "projects":
            if number and number not in ("1", store.args.project):
                raise Gone(404, {"detail": "Not found."})
            return 200, sh.project(True) if number else self.page([sh.project(True)], lambda p: p)
        if what == "events" and not number:
            return 200, self.events()
        if what == "series":
            return 200, sh.series(self.one(store.series, number)) if number else \
                self.page(self.listed(store.series), sh.series)
        if what in ("patches", "covers"):
            rows = store.patches if what == "patches" else store.covers
            if not number:
                return 200, self.page(self.listed(rows), sh.item)
            item = self.one(rows, number)
            if parts[2:] == ["checks"] and what == "patches":
                return self.post_check(item, body) if body is not None else \
                    (200, self.page(self.checks(item), sh.check))
            if parts[2:] == ["comments"]:
                return 200, self.page([], None)
            if not parts[2:]:
                return 200, sh.item(item, whole=True)
        raise Gone(404, {"detail": "Not found."})

    def page(self, rows, shape):
        """A page of rows, and the Link header with the whole query."""
        size = self.query.get("per_page", "")
        size = min(int(size), PAGE_MAX) if size.isdigit() and int(size) else PAGE
        last = max(1, (len(rows) + size - 1) // size)
        number = self.query.get("page", "1")
        if not number.isdigit() or not 1 <= int(number) <= last:
            raise Gone(404, {"detail": "Invalid page."})
        number = int(number)
        links = [("next", number + 1), ("prev", number - 1), ("first", 1), ("last", last)]
        url = self.shapes.root + urlsplit(self.path).path
        self.link = ", ".join(
            "<%s?%s>; rel=\"%s\"" % (url, urlencode(sorted(dict(self.query, page=n).items())), rel)
            for rel, n in links if 1 <= n <= last)
        return [shape(r) for r in rows[(number - 1) * size:number * size]]

    def of_project(self):
        return self.query.get("project", "") in ("", "1", self.store.args.project)

    def listed(self, rows):
        """Patches, covers or series by filters; one that is not understood leaves nothing."""
        q, rows = self.query, list(rows) if self.of_project() else []
        if "msgid" in q:
            rows = [r for r in rows if r.get("msgid", "").strip("<>") == q["msgid"]]
        order = q.get("order", "id")
        key = "date" if order.endswith("date") else "id"
        return sorted(rows, key=lambda r: (r[key], r["id"]), reverse=order.startswith("-"))

    def events(self):
        q, now = self.query, time.monotonic()
        rows = [e for e in self.store.events if e["shown"] <= now and self.of_project()]
        if "category" in q:
            rows = [e for e in rows if e["category"] == q["category"]]
        if "since" in q:
            m = re.fullmatch(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(:\d\d(\.\d{1,6})?)?)(Z|[+-]\d\d:?\d\d)?",
                             q["since"])
            if m and m.group(5):
                raise Gone(500, page_html("Server Error (500)"))
            since = (m.group(1) + "T" + m.group(2)) if m else "9999"
            rows = [e for e in rows if e["date"] >= since]
        rows.sort(key=lambda e: (e["date"], e["id"]), reverse=q.get("order") != "date")
        return self.page(rows, self.shapes.event)

    def checks(self, item):
        return [c for c in self.store.checks if c["patch"] == item["id"] and
                self.query.get("context", c["context"]) == c["context"]]

    def post_check(self, item, body):
        token = self.headers.get("Authorization")
        if not token:
            raise Gone(403, {"detail": "You do not have permission to perform this action."})
        if token != "Token " + self.store.args.token:
            raise Gone(403, {"detail": "Invalid token."})
        kind = (self.headers.get("Content-Type") or "").split(";")[0]
        try:
            new = json.loads(body) if kind == "application/json" else dict(parse_qsl(body.decode()))
        except ValueError as e:
            raise Gone(400, {"detail": "JSON parse error - %s" % e}) from None
        if kind not in ("application/json", "application/x-www-form-urlencoded"):
            raise Gone(415, {"detail": "Unsupported media type \"%s\" in request." % kind})
        context, url = new.get("context", "default"), new.get("target_url")
        if "state" not in new:
            raise Gone(400, {"state": ["A check must have a state."]})
        if new["state"] not in STATES:
            raise Gone(400, {"state": ["\"%s\" is not a valid choice." % new["state"]]})
        if not re.fullmatch(r"[\w-]{1,255}", context):
            raise Gone(400, {"context": ["Enter a valid \"slug\" consisting of letters, numbers, "
                                         "underscores or hyphens."]})
        if url and (len(url) > 200 or not re.match(r"https?://[^/\s]", url)):
            raise Gone(400, {"target_url": ["Enter a valid URL."]})
        check = {"id": len(self.store.checks) + 1, "patch": item["id"], "state": new["state"],
                 "date": self.store.now().isoformat(timespec="microseconds"), "target_url": url,
                 "context": context, "description": new.get("description")}
        self.store.checks.append(check)
        return 201, self.shapes.check(check)

    def log_message(self, *args):
        pass


def end_with_stdin():
    while os.read(0, 4096):
        pass
    os._exit(0)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--mbox", nargs="+", required=True, help="files, or folders that are watched")
    p.add_argument("--project", required=True, help="link name")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--port-file", required=True, help="the port is written here once it listens")
    p.add_argument("--token", default="0" * 40, help="of the one user who may post checks")
    p.add_argument("--log", help="time, method, path, status, misbehaviour a line")
    p.add_argument("--misbehave", default="", help="see above")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--late", type=float, default=2)
    p.add_argument("--slow", type=float, default=1)
    p.add_argument("--zone", type=int, default=330, help="minutes of the server's clock before UTC")
    p.add_argument("--max-seconds", type=int, default=600)
    args = p.parse_args()

    parent, until, seen = os.getppid(), time.monotonic() + args.max_seconds, {}
    Handler.store = store = Store(args, Fate(args.misbehave, args.seed))
    store.look(seen)
    server = ThreadingHTTPServer(("127.0.0.1", args.port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    mode = os.fstat(0).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        threading.Thread(target=end_with_stdin, daemon=True).start()
    with open(args.port_file + ".new", "w", encoding="ascii") as f:
        f.write("%d\n" % server.server_address[1])
    os.rename(args.port_file + ".new", args.port_file)
    while os.getppid() == parent and time.monotonic() < until:
        time.sleep(0.2)
        store.look(seen)


if __name__ == "__main__":
    main()

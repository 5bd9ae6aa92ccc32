#!/usr/bin/env python3
"""crawl.py ROOT [MOST]: follows every link of the pages below ROOT. Each must be there and be what
it says it is; what is not is printed, and the exit is 1. Prints how many were seen."""
import csv
import html.parser
import io
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

ROOT = sys.argv[1].rstrip("/")
MOST = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
POLICY = "default-src 'none'"


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.ids = [], set()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        for name in ("href", "src"):
            if attrs.get(name):
                self.found.append(attrs[name])
        if attrs.get("id"):
            self.ids.add(attrs["id"])
        assert tag != "script" or attrs.get("src"), "a script within a page"
        assert "style" not in attrs and not any(a.startswith("on") for a in attrs), attrs


def check(url, answer, body):
    """What it is by its type; returns (links, ids) of a page."""
    kind = answer.headers.get_content_type()
    if not url.startswith(ROOT + "/badge/"):
        assert answer.headers["Content-Security-Policy"].startswith(POLICY), "no policy"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    if kind == "text/html":
        links = Links()
        links.feed(body.decode())
        return links.found, links.ids
    if kind == "application/json":
        json.loads(body)
    elif kind == "text/csv":
        rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
        assert len({len(r) for r in rows}) <= 1, "rows of several lengths"
    elif kind in ("application/atom+xml", "image/svg+xml"):
        xml.etree.ElementTree.fromstring(body)
    else:
        assert kind in ("text/css", "text/javascript", "text/plain", "text/event-stream"), kind
    return [], set()


def main():
    todo, seen, ids, anchors, bad = [ROOT + "/"], set(), {}, [], 0
    while todo and len(seen) < MOST:
        url = todo.pop(0)
        if url in seen:
            continue
        seen.add(url)
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                links, ids[url] = check(url, answer, answer.read())
        except (AssertionError, ValueError, urllib.error.URLError, xml.etree.ElementTree.ParseError) as e:
            print(f"{url}: {e}")
            bad = 1
            continue
        for link in links:
            whole = urllib.parse.urljoin(url, link)
            bare, anchor = urllib.parse.urldefrag(whole)
            if not bare.startswith(ROOT + "/"):
                continue
            todo.append(bare)
            if anchor:
                anchors.append((url, bare, anchor))
    for url, bare, anchor in anchors:
        # whether a log is kept is no page's to know
        if bare in ids and "/log/" not in bare and anchor not in ids[bare]:
            print(f"{url}: {bare} has no #{anchor}")
            bad = 1
    print(f"{len(seen)} seen")
    sys.exit(bad)


main()

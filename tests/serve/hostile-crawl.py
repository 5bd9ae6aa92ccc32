#!/usr/bin/env python3
"""hostile-crawl.py ROOT: follows every link below ROOT, with its twins, of a store that
hostile-store.py wrote. Strangers' words must be nothing but text wherever they are shown. What is
not is printed, and the exit is 1. Prints how many answers were read, by kind."""
import collections
import csv
import html.parser
import io
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
import xml.etree.ElementTree

ROOT = sys.argv[1].rstrip("/")
MARK = "<script>alert(1)</script><img src=x onerror=alert(1)>"  # of hostile-store.py
WORDS = urllib.parse.quote(f'"\'>{MARK}&lt;', safe="") + "%FF%C0%BC"  # given to each form
OWN = {"/live.js"}
PAGES = {"", "series", "verdicts", "verdict", "checkout", "build", "job", "log", "tests", "test", "issues", "issue", "bisections",
         "bisection", "targets", "target", "designs", "design", "labs", "queue", "known", "queries", "query", "about"}
LINKS = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "{http://www.w3.org/1999/xlink}href"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def check_link(value):
    scheme = urllib.parse.urlsplit(re.sub("[\t\r\n]", "", value).strip()).scheme.lower()
    assert scheme in ("", "http", "https", "mailto"), f"link {value!r}"
    assert not re.match(r"\s*[/\\][\s]*[/\\]", value) and not value.lower().startswith(("//evil", "javascript")), f"link {value!r}"


def check_attributes(tag, attrs):
    for name, value in attrs:
        name = name.lower()
        assert not name.startswith("on") and name not in ("style", "srcdoc"), f"<{tag} {name}={value!r}>"
        if name in LINKS:
            check_link(value or "")
    assert len({n for n, _ in attrs}) == len(attrs), f"<{tag}> has an attribute twice"


class Page(html.parser.HTMLParser):
    """Its links, its text, and whether each element is ended where it should be."""
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.links, self.text, self.open, self.form = [], [], [], None

    def handle_starttag(self, tag, attrs):
        check_attributes(tag, attrs)
        assert tag not in ("iframe", "object", "embed", "base", "style"), f"<{tag}>"
        attrs = dict(attrs)
        if tag == "script":
            assert attrs.get("src", "").split("?")[0] in OWN, f"<script {attrs}>"
        if tag == "img":
            assert attrs.get("src", "").startswith("/"), f"<img {attrs}>"
        if tag == "form":
            self.form = attrs.get("action", "") if attrs.get("method", "get") == "get" else None
        if attrs.get("name") and self.form is not None:
            self.links.append(f"{self.form}?{attrs['name']}={WORDS}")
        self.links += [attrs[n] for n in ("href", "src") if attrs.get(n)]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in EMPTY, f"<{tag}/>"
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, f"</{tag}>"

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            assert not data.strip(), "words in a script"
        self.text.append(data)

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")


def of_html(body):
    page = Page()
    page.feed(body.decode())
    page.close()
    assert not page.open, f"open: {page.open}"
    return page.links, "".join(page.text)


def of_xml(body):
    text, links = [], []
    for e in xml.etree.ElementTree.fromstring(body).iter():
        tag = e.tag.split("}")[-1]
        assert tag not in ("script", "foreignObject", "iframe", "style"), f"<{tag}>"
        check_attributes(tag, list(e.attrib.items()))
        links += [v for n, v in e.attrib.items() if n in LINKS and tag != "image"]
        text += [e.text or "", e.tail or ""]
    return links, "".join(text)


def words(value):
    if isinstance(value, dict):
        for v in value.values():
            yield from words(v)
    elif isinstance(value, list):
        for v in value:
            yield from words(v)
    elif isinstance(value, str):
        yield value


def of_csv(body):
    rows = list(csv.reader(io.StringIO(body.decode(), newline="")))
    assert len({len(r) for r in rows}) <= 1, "rows of several lengths"
    for cell in (c for r in rows for c in r):
        assert not re.match(r"[=+@\t\r]|-(?![0-9.])", cell), f"a formula: {cell!r}"
    return [], "\n".join(c for r in rows for c in r)


def check(url, answer, body):
    """What it is by its type; returns (links, text that is shown)."""
    kind = answer.headers.get_content_type()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not any("alert" in v or "evil" in v for v in answer.headers.values()), dict(answer.headers)
    if kind == "text/html":
        links, text = of_html(body)
    elif kind in ("application/atom+xml", "image/svg+xml"):
        links, text = of_xml(body)
    elif kind == "application/json":
        return [], "".join(words(json.loads(body)))
    elif kind == "text/csv":
        links, text = of_csv(body)
    else:
        assert kind in ("text/css", "text/javascript", "text/plain", "text/event-stream"), kind
        return [], ""
    found = CONTROL.search(text)
    assert not found, f"{found[0]!r} is shown as it is, in {text[max(0, found.start() - 60):found.end() + 20]!r}"
    return links, text


def twins(url):
    """Each page is asked for in every form."""
    parts = urllib.parse.urlsplit(url)
    path = parts.path if parts.path != "/" else ""
    if parts.query or re.search(r"\.(json|csv|atom|svg|css|js)$", path) or not path:
        return []
    return [f"{ROOT}{path}{suffix}" for suffix in (".json", ".csv", ".atom", ".svg")]


def main():
    todo, seen, asked, pages, bad = [ROOT + "/"], set(), set(), set(), 0
    kinds, marks = collections.Counter(), collections.Counter()
    while todo and len(seen) < 3000:
        url = todo.pop(0)
        if url in seen:
            continue
        seen.add(url)
        status = 200
        try:
            try:
                answer = urllib.request.urlopen(url, timeout=30)
            except urllib.error.HTTPError as e:
                answer, status = e, e.code
            with answer:
                body = answer.read()
                kind = f"{answer.headers.get_content_type()} {status}"
                kinds[kind] += 1
                links, text = check(url, answer, body)
            # a page has not every twin, and a question not every parameter
            may = {200}
            if url in asked or "/query/" in url or WORDS in url:
                may |= {400, 404}
            assert status in may, f"status {status}: {text.strip()[:200]}"
            marks[kind] += text.count(MARK)
        except (AssertionError, ValueError, OSError, xml.etree.ElementTree.ParseError) as e:
            print(f"{url}: {type(e).__name__} {e}")
            bad += 1
            continue
        if status == 200:
            pages.add(urllib.parse.urlsplit(url).path.split("/")[1])
            for link in links:
                whole = urllib.parse.urldefrag(urllib.parse.urljoin(url, link))[0]
                if whole.startswith(ROOT + "/"):
                    todo += [whole] + twins(whole)
                    asked.update(twins(whole))
    for kind in sorted(kinds):
        print(f"{kinds[kind]} answers of {kind}, {marks[kind]} times a stranger's markup as text")
    for kind in ("text/html", "application/json", "text/csv", "application/atom+xml", "image/svg+xml"):
        if marks[kind + " 200"] == 0:
            print(f"{kind}: nothing hostile was shown")
            bad += 1
    if PAGES - pages:
        print("never seen:", PAGES - pages)
        bad += 1
    sys.exit(bad != 0)


main()

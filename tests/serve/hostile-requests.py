#!/usr/bin/env python3
"""hostile-requests.py HOST:PORT PID malformed N | loris N

From 127.0.0.2: N requests that no client should send, or N connections that never end their
request. Meanwhile 50 of 127.0.0.1 are well-formed, and each must be answered. Prints what came and
how much memory PID has; the exit is 1 where an answer is not one of HTTP's, or none comes."""
import collections
import concurrent.futures
import random
import socket
import struct
import sys
import time

HOST, PORT = sys.argv[1].rsplit(":", 1)
PID, WHAT, N = sys.argv[2], sys.argv[3], int(sys.argv[4])
GOOD = 50
PATHS = [b"/", b"/series", b"/series.json", b"/issues.csv", b"/series.atom", b"/about", b"/test/x", b"/log/x?from=1", b"/metrics",
         b"/style.css", b"/events", b"/badge/test/x.svg", b"/do/retest", b"/query/rate?days=3"]
STATUSES = {100, 200, 206, 303, 304, 400, 401, 403, 404, 405, 408, 413, 414, 415, 416, 417, 422, 429, 431, 501, 505}
rnd = random.Random(9)


def junk(n):
    return bytes(rnd.randrange(256) for _ in range(n))


def head(method=b"GET", path=None, version=b"HTTP/1.1", fields=(), end=b"\r\n"):
    lines = [b" ".join((method, path if path is not None else rnd.choice(PATHS), version)), b"Host: lab", *fields]
    return end.join(lines) + end + end


def methods():
    return head(rnd.choice([b"FOO", b"get", b"", b"G\0T", b"GET" * 3000, b"CONNECT", b"TRACE", b"PUT", b"DELETE", b"PRI", b"G\xffT", b"GET\t"]))


def versions():
    return head(version=rnd.choice([b"HTTP/0.9", b"HTTP/1.9", b"HTTP/9.9", b"HTTP/1.1x", b"", b"ICY", b"HTTP/-1.1", b"HTTP/1.1 HTTP/1.1", b"HTTP/2.0", b"\0"]))


def fields():
    return head(fields=[rnd.choice([
        b"no colon", b": empty", b"X : space", b"X\0: nul", b"X: a\0b", b" folded", b"X: a\rb", b"X: a\nb", b"Host: other", b"Host: ",
        b"X: " + b"y" * 20000, b"X: " + b"y" * 300000, b"\r\n".join(b"X-%d: y" % i for i in range(5000)), b"Content-Length: -1",
        b"Content-Length: 1e9", b"Content-Length: 18446744073709551617", b"Content-Length: 5\r\nContent-Length: 6", b"Expect: 200-maybe",
        b"Connection: close, keep-alive, upgrade", b"Upgrade: h2c", b"X-Forwarded-For: \x1b[31m<script>", b"Cookie: " + junk(300)])])


def paths():
    return head(path=rnd.choice([
        b"/%", b"/%2", b"/%zz", b"/%00", b"/a%00b", b"/..", b"/../../etc/passwd", b"/series/%2e%2e/%2e%2e/x", b"/series/..%2f..%2fx",
        b"//evil.example/", b"/%2f%2fevil.example", b"/\\evil", b"/" + b"a" * 9000, b"/" + b"a" * 200000, b"/a b", b"/\xff\xfe", b"*",
        b"http://evil.example/", b"http://lab/series", b"ftp://x", b"evil.example:80", b"", b"?x", b"/" + b"../" * 500, b"/test/" + b"%61" * 2000,
        b"/series/<script>", b"/%0d%0aSet-Cookie:%20x=1", b"/series/" + b"/" * 3000, b"/log/../../work/dmalab.db", b"/style.css/../../x"]))


def queries():
    return head(path=rnd.choice(PATHS).split(b"?")[0] + b"?" + rnd.choice([
        b"limit=x", b"limit=-1", b"limit=99999999999999999999", b"&=&==&&", b"%zz=%zz", b"after=%00", b"section=../..", b"format=exe",
        b"?" * 3000, b"&".join(b"a=%d" % i for i in range(900)), b"words=" + b"%ff" * 1000, b"from=-5", b"from=1e99", b"days=0x10",
        b"words=%22%27%3Cscript%3E", b"words=' OR 1=1 --", b"words=%25_%25", b"after=' UNION SELECT", b"x=" + b"y" * 8000, junk(50).replace(b"\n", b"")]))


def chunked():
    body = rnd.choice([b"zz\r\n", b"-1\r\n", b"ffffffffffffffffffff\r\nx", b"5\r\nab\r\n0\r\n\r\n", b"5;" + b"x" * 10000 + b"\r\nhello\r\n0\r\n\r\n",
                       b"0\r\nX: y\r\n" * 50, b"5\r\nhelloGET / HTTP/1.1\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n10000\r\n" + b"x" * 65536, b"\r\n\r\n", b""])
    extra = rnd.choice([[], [b"Content-Length: 3"], [b"Transfer-Encoding: gzip"]])
    return head(rnd.choice([b"POST", b"GET", b"HEAD"]), fields=[b"Transfer-Encoding: " + rnd.choice([b"chunked", b"Chunked, chunked", b"xchunked"])] + extra) + body


def lengths():
    n = rnd.choice([b"0", b"1", b"5", b"70000", b"65536", b"+5", b"5, 5", b"0x5", b" 5 "])
    return head(b"POST", rnd.choice([b"/do/retest", b"/do/mask", b"/do/x", b"/series"]), fields=[b"Content-Length: " + n,
        b"Content-Type: " + rnd.choice([b"application/x-www-form-urlencoded", b"text/plain", b"multipart/form-data; boundary=x", junk(20).replace(b"\n", b"")])]) + \
        rnd.choice([b"", b"token=%zz", b"token=" + b"%00" * 1000, b"=&=&=", junk(3000), b"a" * 65536, head()])


def pipelines():
    return rnd.choice([head() * 50, head() + junk(200), head(b"POST", b"/do/x", fields=[b"Content-Length: 3"]) + b"abcdef" + head(), head(b"HEAD") * 30 + b"\0",
                       head(fields=[b"Connection: close"]) * 5])


def values():
    return head(fields=[rnd.choice([
        b"Accept-Encoding: gzip;q=banana", b"Accept-Encoding: ,,;;gzip;;q=,", b"Accept-Encoding: gzip;q=0.0000", b"Accept-Encoding: " + b"gzip," * 2000,
        b"Accept-Encoding: \x80gzip", b"If-None-Match: \"", b"If-None-Match: W/", b"If-None-Match: " + b"\"x\"," * 2000, b"If-None-Match: *, *",
        b"Range: bytes=", b"Range: bytes=9-1", b"Range: bytes=-", b"Range: bytes=0-0,1-1,2-2", b"Range: bytes=99999999999999999999-", b"Range: lines=1-2",
        b"If-Range: \"\"\"", b"Accept: " + b"application/json," * 500, b"Authorization: Bearer " + b"x" * 5000, b"Authorization: \0", b"Last-Event-ID: -1",
        b"Last-Event-ID: 99999999999999999999999", b"Origin: javascript:alert(1)", b"If-Modified-Since: never"])])


def no_http():
    return rnd.choice([b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + junk(500), b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + junk(50), junk(2000), b"\0" * 5000,
                       b"\r\n" * 5000, b"\n" * 200 + head(), b" " * 20000, b"SSH-2.0-OpenSSH_9\r\n", b"GET / HTTP/1.1\r\nHost: lab\r\nX: " + b"y" * 100, head(end=b"\n"), head(end=b"\r"), b"{"])


def mutated():
    text = bytearray(head(rnd.choice([b"GET", b"HEAD", b"POST"]), fields=[b"Accept-Encoding: gzip", b"Content-Length: 0", b"If-None-Match: \"x\""]))
    for _ in range(rnd.randrange(1, 6)):
        at = rnd.randrange(len(text))
        text[at:at + rnd.randrange(3)] = junk(rnd.randrange(4))
    return bytes(text)


MAKERS = [methods, versions, fields, paths, queries, chunked, lengths, pipelines, values, no_http, mutated, mutated, mutated]


def connect(source, timeout=5):
    s = socket.create_connection((HOST, int(PORT)), timeout, (source, 0))
    s.settimeout(timeout)
    return s


def hear(s, silence):
    """All that comes until the server ends it, or is silent for so long behind what it said."""
    got = b""
    try:
        while True:
            piece = s.recv(1 << 16)
            if not piece:
                break
            got += piece
            s.settimeout(silence)
    except (ConnectionResetError, TimeoutError):
        pass
    return got


def good():
    """Whether one of the others is answered, and in how many seconds."""
    began = time.monotonic()
    try:
        with connect("127.0.0.1") as s:
            s.sendall(b"GET /series.json HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n")
            got = hear(s, 5)
        return got.startswith(b"HTTP/1.1 200 ") and got.endswith(b"}\n"), time.monotonic() - began
    except OSError:
        return False, time.monotonic() - began


def memory():
    for line in open(f"/proc/{PID}/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024


def bad_request(text):
    """(what came, trouble)"""
    with connect("127.0.0.2", 1) as s:
        try:
            if len(text) % 19 == 0:  # who leaves in the middle
                s.sendall(text[:len(text) // 2])
                s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return "left", ""
            s.sendall(text)
        except OSError:
            pass  # it has heard enough
        got = hear(s, 0.1)
    if not got:
        return "nothing", ""  # ended, or it waits for the rest
    if not got.startswith(b"HTTP/1.1 ") or int(got[9:12]) not in STATUSES:
        return got[:12].decode(errors="replace"), f"{text[:120]!r} is answered with {got[:300]!r}"
    return got[9:12].decode(), ""


def malformed():
    answered, slowest = 0, 0
    texts = [MAKERS[i % len(MAKERS)]() for i in range(N)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        asked = [pool.submit(bad_request, t) for t in texts]
        for i in range(GOOD):
            asked[i * N // GOOD].result()
            ok, took = good()
            answered += ok
            slowest = max(slowest, took)
        came = [a.result() for a in asked]
    counts = collections.Counter(kind for kind, _ in came)
    print(f"{len(came)}: " + ", ".join(f"{counts[k]} {k}" for k in sorted(counts)))
    return [t for _, t in came if t], answered, slowest


def loris():
    """Each says a byte of its header now and then; one that is ended is opened again."""
    open_now, ended, answered, slowest = [], 0, 0, 0
    for i in range(GOOD):
        while len(open_now) < N:
            s = connect("127.0.0.2")
            s.setblocking(False)
            try:
                s.send(b"GET / HTTP/1.1\r\nHost: lab\r\nX-Slow: ")
            except OSError:
                pass
            open_now.append(s)
        ok, took = good()
        answered += ok
        slowest = max(slowest, took)
        still = []
        for s in open_now:
            try:
                s.send(b"x")
                if s.recv(1000) != b"":
                    raise OSError
            except BlockingIOError:
                still.append(s)
                continue
            except OSError:
                pass
            s.close()
            ended += 1
        open_now = still
        time.sleep(0.1)
    print(f"{N} at a time, {ended} ended by the server, {len(open_now)} still open")
    for s in open_now:
        s.close()
    return [], answered, slowest


before = memory()
troubles, answered, slowest = {"malformed": malformed, "loris": loris}[WHAT]()
for t in troubles[:20]:
    print(t)
print(f"{answered} of {GOOD} others answered, the slowest in {slowest * 1000:.0f} ms; memory {before} MB before, {memory()} MB at most")
sys.exit(bool(troubles) or answered != GOOD)

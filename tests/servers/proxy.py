#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A web proxy on loopback: proxy.py PORTFILE LOG PORT

Whatever host is asked for by http, 127.0.0.1:PORT answers. CONNECT, for https, is refused. LOG gets
"METHOD HOST AGENT" for each request. Ends by itself with its parent.
"""
import http.client
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def note(self, host):
        with open(sys.argv[2], "a", encoding="utf-8") as f:
            f.write(f"{self.command} {host} {self.headers['User-Agent'] or '-'}\n")

    def do_CONNECT(self):
        self.note(self.path)
        self.send_error(502)

    def do_GET(self):
        url = urlsplit(self.path)
        self.note(url.netloc)
        if not url.netloc:
            self.send_error(400)
            return
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if "chunked" in (self.headers["Transfer-Encoding"] or ""):
            while (size := int(self.rfile.readline(), 16)) > 0:
                body += self.rfile.read(size)
                self.rfile.readline()
        ask = http.client.HTTPConnection("127.0.0.1", int(sys.argv[3]), timeout=60)
        headers = {k: v for k, v in self.headers.items()
                   if k.lower() not in ("connection", "proxy-connection", "transfer-encoding", "content-length")}
        ask.request(self.command, url.path + ("?" + url.query if url.query else ""), body or None, headers)
        answer = ask.getresponse()
        data = answer.read()
        self.send_response(answer.status)
        for k, v in answer.getheaders():
            if k.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date"):
                self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_HEAD = do_GET


def main():
    parent = os.getppid()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(sys.argv[1] + ".new", "w", encoding="ascii") as f:
        f.write(f"{server.server_address[1]}\n")
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    while os.getppid() == parent:
        time.sleep(0.2)


main()

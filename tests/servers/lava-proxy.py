#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A bad line to a LAVA server, on loopback: lava-proxy.py PORTFILE LOG WORDS PORT

What is asked goes to 127.0.0.1:PORT. The first line of the file WORDS is taken away with each job
that is submitted, and says what becomes of that: "lost" it arrives, its answer does not; "dropped"
neither does; "doubled" it arrives twice, without an answer; "held" it arrives, and the answer is
kept back for a minute; anything else, or no line: nothing. LOG gets "WORD METHOD PATH" before
whoever asks can know. Ends by itself with its parent.
"""
import http.client
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()


def next_word():
    with lock:
        with open(sys.argv[3], encoding="ascii") as f:
            words = f.read().split()
        with open(sys.argv[3], "w", encoding="ascii") as f:
            f.write("\n".join(words[1:]))
    return words[0] if words else "pass"


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def note(self, word):
        with lock, open(sys.argv[2], "a", encoding="utf-8") as f:
            f.write(f"{word} {self.command} {self.path}\n")

    def ask(self, body):
        server = http.client.HTTPConnection("127.0.0.1", int(sys.argv[4]), timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() != "connection"}
        server.request(self.command, self.path, body, headers)
        answer = server.getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def do_GET(self):
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        word = next_word() if self.command == "POST" else "pass"
        try:
            if word != "dropped":
                status, headers, data = self.ask(body)
            if word == "doubled":
                self.ask(body)
        except OSError:
            word = "dropped"
        self.note(word)
        if word == "held":
            time.sleep(60)
        if word != "pass":
            self.close_connection = True
            return
        self.send_response(status)
        for k, v in headers:
            if k.lower() not in ("connection", "transfer-encoding", "content-length", "server", "date"):
                self.send_header(k, v)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_GET


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

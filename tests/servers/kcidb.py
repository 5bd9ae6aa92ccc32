#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A KCIDB on loopback that takes submissions: kcidb.py --port-file FILE --log FILE [OPTION]…

POST /submit with "Authorization: Bearer TOKEN" and a JSON document. LOG gets a line for each:
the status, what went wrong, the document's number of bytes and its SHA-256. Documents that were
taken lie in --dir as SHA256.json.

--misbehave NAME=SHARE,…: refuse (503 and nothing is taken), lost (taken, and no answer), slow (after
--slow seconds), by --seed. Ends by itself with its parent.
"""
import argparse
import hashlib
import json
import os
import random
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version, server_version, sys_version = "HTTP/1.1", "kcidb", ""
    disable_nagle_algorithm = True
    args, shares, dice, lock = None, {}, None, threading.Lock()

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.lock:
            wrong = [n for n in ("slow", "refuse", "lost") if self.dice.random() < self.shares.get(n, 0)]
        if "slow" in wrong:
            time.sleep(self.args.slow)
        status = self.take(body, wrong)
        with self.lock, open(self.args.log, "a", encoding="ascii") as f:
            f.write("%d %s %d %s\n" % (status, ",".join(wrong) or "-", len(body), hashlib.sha256(body).hexdigest()))
        if "lost" in wrong:
            self.close_connection = True
            return
        answer = b'{"status": "%d"}' % status
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def take(self, body, wrong):
        if self.path != "/submit":
            return 404
        if self.headers.get("Authorization") != "Bearer " + self.args.token:
            return 401
        if "refuse" in wrong:
            return 503
        try:
            if json.loads(body)["version"]["major"] != 5:
                return 400
        except (ValueError, KeyError, TypeError):
            return 400
        with open(os.path.join(self.args.dir, hashlib.sha256(body).hexdigest() + ".json"), "wb") as f:
            f.write(body)
        return 200


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    p.add_argument("--port-file", required=True, help="the port is written here once it listens")
    p.add_argument("--log", required=True)
    p.add_argument("--dir", required=True)
    p.add_argument("--token", default="0" * 40)
    p.add_argument("--misbehave", default="")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--slow", type=float, default=0.3)
    args = p.parse_args()

    parent = os.getppid()
    os.makedirs(args.dir, exist_ok=True)
    Handler.args, Handler.dice = args, random.Random(args.seed)
    Handler.shares = {n: float(s) for n, s in (w.split("=") for w in args.misbehave.split(",") if w)}
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(args.port_file + ".new", "w", encoding="ascii") as f:
        f.write("%d\n" % server.server_address[1])
    os.rename(args.port_file + ".new", args.port_file)
    while os.getppid() == parent:
        time.sleep(0.2)


main()

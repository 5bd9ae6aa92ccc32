#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Git epochs over HTTP as a public-inbox has them: ROOT/NAME/git/N.git at /NAME/N, by git's own
http-backend, and /NAME/manifest.js.gz made of them.

ROOT/NAME/no-manifest: there is none. ROOT/log gets a line for each request.
The port is written to PORTFILE. It ends by itself with its parent and after --max-seconds.
inbox.py ROOT PORTFILE [--max-seconds N]
"""
import argparse
import email.utils
import glob
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

QUIET = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
         "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}


def manifest(folder, name):
    repos, newest = {}, 0
    for repo in glob.glob(f"{folder}/git/*.git"):
        refs = subprocess.run(["git", f"--git-dir={repo}", "show-ref"], capture_output=True, env=QUIET).stdout
        changed = max(os.stat(p).st_mtime for p in (repo, f"{repo}/refs/heads"))
        newest = max(newest, changed)
        repos[f"/{name}/git/{os.path.basename(repo)}"] = {
            "fingerprint": hashlib.sha1(refs).hexdigest(), "modified": int(changed), "owner": None,
            "reference": None, "description": name}
    return gzip.compress(json.dumps(repos).encode()), newest


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        url = urlsplit(self.path)
        with open(f"{self.server.root}/log", "a", encoding="utf-8") as log:
            log.write(f"{self.command} {self.path}\n")
        name = url.path.split("/")[1]
        folder = f"{self.server.root}/{name}"
        if url.path == f"/{name}/manifest.js.gz" and not os.path.exists(f"{folder}/no-manifest"):
            body, newest = manifest(folder, name)
            stamp = email.utils.formatdate(int(newest), usegmt=True)
            if self.headers.get("If-Modified-Since") == stamp:
                return self.answer(304, [], b"")
            return self.answer(200, [("Content-Type", "application/gzip"), ("Last-Modified", stamp)], body)
        found = re.fullmatch(f"/{re.escape(name)}/([0-9]+)(/.*)", url.path)
        if not found or not os.path.isdir(f"{folder}/git/{found[1]}.git"):
            return self.answer(404, [("Content-Type", "text/plain")], b"not found")
        return self.git(f"{folder}/git/{found[1]}.git", found[2], url.query)

    do_POST = do_GET

    def git(self, repo, path, query):
        env = dict(QUIET, GIT_HTTP_EXPORT_ALL="1", GIT_PROJECT_ROOT=repo, PATH_INFO=path, QUERY_STRING=query,
                   REQUEST_METHOD=self.command, REMOTE_ADDR="127.0.0.1",
                   CONTENT_TYPE=self.headers.get("Content-Type", ""),
                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding", ""),
                   GIT_PROTOCOL=self.headers.get("Git-Protocol", ""))
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        env["CONTENT_LENGTH"] = str(len(body))
        cgi = subprocess.Popen(["git", "http-backend"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL)

        def feed():
            try:
                cgi.stdin.write(body)
                cgi.stdin.close()
            except BrokenPipeError:
                pass

        threading.Thread(target=feed, daemon=True).start()
        status, headers = 200, []
        while (line := cgi.stdout.readline().strip()):
            key, value = line.decode().split(": ", 1)
            if key == "Status":
                status = int(value.split()[0])
            else:
                headers.append((key, value))
        self.send_response(status)
        for key, value in headers:
            self.send_header(key, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        shutil.copyfileobj(cgi.stdout, self.wfile, 1 << 20)
        cgi.wait()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("root")
    p.add_argument("port_file")
    p.add_argument("--max-seconds", type=int, default=600)
    args = p.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.root, parent, until = args.root, os.getppid(), time.monotonic() + args.max_seconds

    def watch():
        while os.getppid() == parent and time.monotonic() < until:
            time.sleep(0.2)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    with open(args.port_file + ".new", "w", encoding="utf-8") as f:
        f.write(str(server.server_address[1]))
    os.rename(args.port_file + ".new", args.port_file)
    server.serve_forever()


if __name__ == "__main__":
    main()

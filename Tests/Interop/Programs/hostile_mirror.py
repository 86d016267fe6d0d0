#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A web server that lies: sizes and ranges are right, some bytes are not.

    hostile_mirror.py DIRECTORY ADDRESS

Listens on a free port of a loopback address and says which on standard error, then the bytes of
each answer.
"""

import http.server
import os
import re
import sys
import urllib.parse


class Liar(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = os.path.join(sys.argv[1], urllib.parse.unquote(self.path.lstrip("/")))
        with open(path, "rb") as file:
            content = bytearray(file.read())
        content[::1000] = bytes(byte ^ 0xFF for byte in content[::1000])
        first, last = 0, len(content) - 1
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if asked:
            first, last = int(asked[1]), min(int(asked[2] or last), last)
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(content)}")
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Content-Type", "application/vnd.debian.binary-package")
        self.end_headers()
        print(f"served {last - first + 1}", file=sys.stderr, flush=True)
        self.wfile.write(content[first:last + 1])

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer((sys.argv[2], 0), Liar)
print(f"listening on http://{sys.argv[2]}:{server.server_port}/", file=sys.stderr, flush=True)
server.serve_forever()

# SPDX-License-Identifier: Apache-2.0
"""What the servers' memory does under many connections."""

import resource
import socket
import threading
import time

from measuring import Failed
from seed_data import SPARSE_SIZE
from seed_tables import begin, line

IDLE = 5000
DOWNLOADS = 64
# Rounds of whole servers are long, and memory hardly varies.
MOST_ROUNDS = 2


def idle(bench):
    """Connections that had a response each and wait."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    name, size = bench.tree.of_size(4096)[0]
    request = bench.tree.whole([(name, size)]).split()[0]
    rows = {}
    for _ in range(min(bench.options.rounds, MOST_ROUNDS)):
        for server in bench.start():
            before = server.memory()
            connections = [open_connection(server, request, size) for _ in range(IDLE)]
            during, anonymous = server.memory(), server.memory("RssAnon")
            # All of them are still there.
            for connection in connections:
                exchange(connection, request, server, size)
                connection.close()
            rows.setdefault(server.name, []).append((before, during, anonymous))
    begin(
        bench.report, f"{IDLE} idle connections",
        f"{'before, MB':>12}{'during, MB':>12}{'anonymous':>12}{'KB each':>9}")
    for name, values in rows.items():
        before, during, anonymous = max(values, key=lambda row: row[1])
        line(
            bench.report, name, columns(("before", "during", "anonymous"), values),
            f"{before / 1e6:12.1f}{during / 1e6:12.1f}{anonymous / 1e6:12.1f}"
            f"{(during - before) / IDLE / 1e3:9.2f}")
    ours = max(during for _, during, _ in rows["archive-tool seed"])
    bench.report.result(f"with {IDLE} idle connections, ours", ours / 1e6, goal=60, unit=" MB")


def open_connection(server, request, size):
    connection = socket.create_connection((server.host, server.port))
    exchange(connection, request, server, size)
    return connection


def exchange(connection, request, server, size):
    """One request and its response, whose status and length must be right."""
    connection.sendall(f"GET {request} HTTP/1.1\r\nHost: {server.host}\r\n\r\n".encode())
    received = b""
    while b"\r\n\r\n" not in received or len(received.partition(b"\r\n\r\n")[2]) < size:
        part = connection.recv(1 << 16)
        if not part:
            raise Failed(f"{server.name} ended a connection: {received[:200]}")
        received += part
    head, _, content = received.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or len(content) != size:
        raise Failed(f"{server.name}: {len(content)} bytes, {head}")


def downloads(bench):
    """Many large downloads at once; their memory after a tenth of the time, and at most."""
    rows = {}
    for _ in range(min(bench.options.rounds, MOST_ROUNDS)):
        for server in bench.start():
            samples = Samples(server)
            before = server.cpu()
            responses, length, seconds, _ = bench.ask(
                server, bench.tree.sparse(), connections=DOWNLOADS, count=DOWNLOADS)
            cpu = server.cpu() - before
            early, peak = samples.end()
            if length != DOWNLOADS * SPARSE_SIZE:
                raise Failed(f"{server.name}: {length} bytes of {responses} downloads")
            rows.setdefault(server.name, []).append((length / seconds, cpu, early, peak))
    begin(
        bench.report, f"{DOWNLOADS} downloads of {SPARSE_SIZE / 1e9:g} GB at once",
        f"{'MB/s':>9}{'s/GB':>9}{'early, MB':>12}{'peak, MB':>12}")
    for name, values in rows.items():
        rate, cpu, early, peak = max(values, key=lambda row: row[3])
        line(
            bench.report, name, columns(("rate", "cpu", "early", "peak"), values),
            f"{rate / 1e6:9.0f}{cpu / DOWNLOADS / SPARSE_SIZE * 1e9:9.3f}{early / 1e6:12.1f}"
            f"{peak / 1e6:12.1f}")
    grown = max(peak - early for _, _, early, peak in rows["archive-tool seed"])
    bench.report.result("more at the end than at the begin, ours", grown / 1e6, goal=1, unit=" MB")


def columns(names, rows):
    """All values by the name of their column."""
    return dict(zip(names, map(list, zip(*rows))))


class Samples:
    """A server's memory, twenty times a second, until told to end."""

    def __init__(self, server):
        self.server = server
        self.values = []
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.is_over.is_set():
            self.values.append(self.server.memory())
            time.sleep(0.05)

    def end(self):
        """The most within the first tenth, and the most."""
        self.is_over.set()
        self.thread.join()
        tenth = self.values[:len(self.values) // 10 + 1]
        return max(tenth), max(self.values)

# SPDX-License-Identifier: Apache-2.0
"""What is put under load: trackers, and nginx with a file."""

import os
import signal
import socket
import struct
import subprocess
import time

from measuring import Failed

FILE_BYTES = 300
ADDRESSES = {4: "127.0.0.1", 6: "fd74:6c6f::1"}
PATIENCE = 30


def free_port():
    """In a network namespace of ours nobody else takes it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A program that listens on one port, pinned to one processor."""

    name = ""
    loads = ()
    families = (4,)
    udp = True

    def __init__(self, bench, family=4):
        self.bench = bench
        self.family = family
        self.port = free_port()
        self.directory = f"{bench.scratch}/{self.port}"
        os.mkdir(self.directory, 0o755)
        self.log = open(f"{self.directory}/log", "wb")
        command = ["taskset", "--cpu-list", str(bench.server_core)] + self.command()
        self.process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            cwd=self.directory)
        # taskset has become the program: the process is the same.
        self.pid = self.process.pid

    def command(self):
        raise NotImplementedError

    def address(self):
        host = ADDRESSES[self.family]
        return f"[{host}]:{self.port}" if self.family == 6 else f"{host}:{self.port}"

    def wait(self):
        """Until it answers."""
        end = time.monotonic() + PATIENCE
        while not (self.accepts() and (not self.udp or self.connects())):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed(f"{self.name} does not serve {self.address()}:\n{self.said()}")
            time.sleep(0.02)

    def said(self):
        with open(f"{self.directory}/log", errors="replace") as log:
            return log.read()

    def accepts(self):
        try:
            socket.create_connection((ADDRESSES[self.family], self.port), 1).close()
            return True
        except OSError:
            return False

    def connects(self):
        family = socket.AF_INET6 if self.family == 6 else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as channel:
            channel.settimeout(0.2)
            try:
                channel.connect((ADDRESSES[self.family], self.port))
                channel.send(struct.pack(">QII", 0x41727101980, 0, 1))
                return len(channel.recv(64)) == 16
            except OSError:
                return False

    def resident(self):
        with open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        raise Failed(f"{self.name} has ended:\n{self.said()}")

    def cpu(self):
        """CPU seconds so far, of all threads: the clock that clock_getcpuclockid(3) gives."""
        return time.clock_gettime(~self.pid << 3 | 2)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


UDP_LOADS = ("announce", "connect", "scrape", "mix")


class Ours(Server):
    name = "archive-tool"
    loads = UDP_LOADS + ("http", "keep")
    families = (4, 6)

    def command(self):
        return [self.bench.options.tool, "track", "--open", "--http", self.address(),
                "--udp", self.address()]


class OpenTracker(Server):
    """Debian's: closed, IPv4 only, and no kept connections."""

    name = "opentracker"
    loads = UDP_LOADS + ("http",)
    workers = 0

    def command(self):
        with open(f"{self.directory}/whitelist", "w") as whitelist:
            whitelist.write(self.bench.hashes())
        with open(f"{self.directory}/conf", "w") as conf:
            # Who is not root cannot be in a directory that nobody else may enter.
            conf.write(
                f"tracker.rootdir {self.directory}\naccess.whitelist whitelist\n"
                f"listen.udp.workers {self.workers}\n"
                f"listen.tcp {self.address()}\nlisten.udp {self.address()}\n")
        return ["opentracker", "-f", f"{self.directory}/conf"]


class OpenTrackerWorker(OpenTracker):
    """With a thread that blocks in receiving, instead of the event loop."""

    name = "opentracker, UDP worker"
    loads = UDP_LOADS
    workers = 1


class Nginx(Server):
    name = "nginx, 300-byte file"
    loads = ("http", "keep")
    udp = False
    cache = ""

    def command(self):
        with open(f"{self.directory}/announce", "wb") as file:
            file.write(bytes(FILE_BYTES))
        with open(f"{self.directory}/conf", "w") as conf:
            conf.write(f"""
                daemon off;
                master_process off;
                pid {self.directory}/pid;
                error_log stderr;
                events {{ worker_connections 4096; }}
                http {{
                    access_log off;
                    sendfile on;
                    keepalive_requests 1000000000;
                    {self.cache}
                    server {{ listen {self.address()} backlog=4096; root {self.directory}; }}
                }}""")
        return ["nginx", "-p", self.directory, "-e", "stderr", "-c", f"{self.directory}/conf"]


class NginxCached(Nginx):
    name = "the same, open_file_cache"
    cache = "open_file_cache max=10;"

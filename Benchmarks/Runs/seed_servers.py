# SPDX-License-Identifier: Apache-2.0
"""nginx and `archive-tool seed`, each on one processor, and what their processes use."""

import os
import re
import socket
import subprocess
import tempfile
import time

from measuring import Failed

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A process that answers at `host` and `port`; `pid` is the one that does the work."""

    def __init__(self, name, scratch, host, prefix):
        self.name = name
        self.host = host
        self.directory = tempfile.mkdtemp(dir=scratch)
        self.errors = f"{self.directory}/errors"
        self.prefix = prefix
        self.process = None

    def start(self, command, environment=None):
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [*self.prefix, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=errors, env=environment)

    def wait_for(self, what, is_there, seconds=30):
        """Until `is_there()` gives something, which is returned."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = is_there()
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        with open(self.errors, errors="replace") as file:
            raise Failed(f"{self.name}: {what} is not there: {file.read()}")

    def end(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                raise Failed(f"{self.name} does not end") from None

    # What it uses

    def cpu(self):
        """Seconds, of all threads, those that ended too."""
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self, field="VmRSS"):
        with open(f"/proc/{self.pid}/status") as file:
            return int(re.search(rf"^{field}:\s+(\d+) kB", file.read(), re.M)[1]) * 1024

    def forget_peak(self):
        with open(f"/proc/{self.pid}/clear_refs", "w") as file:
            file.write("5")


class Nginx(Server):
    """One worker, as an operator would tune it for static files."""

    def __init__(self, tree, scratch, host="127.0.0.1", prefix=()):
        super().__init__("nginx", scratch, host, prefix)
        for self.port in free_ports():
            with open(f"{self.directory}/conf", "w") as file:
                file.write(configuration(self.directory, tree.archive, host, self.port))
            self.start(
                ["nginx", "-e", "stderr", "-p", self.directory, "-c", f"{self.directory}/conf"])
            try:
                self.pid = self.wait_for("the worker", self.worker)
                return
            except Failed as failure:
                # Somebody else has the port.
                if "Address already in use" not in str(failure):
                    raise

    def worker(self):
        pid = self.process.pid
        try:
            with open(f"/proc/{pid}/task/{pid}/children") as file:
                return next((int(word) for word in file.read().split()), None)
        except FileNotFoundError:
            return None


def configuration(directory, root, host, port):
    places = " ".join(
        f"{name}_temp_path {directory}/temporary;"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""
        daemon off;
        pid {directory}/pid;
        user {user()};
        worker_processes 1;
        worker_rlimit_nofile 20000;
        events {{ worker_connections 16384; }}
        http {{
          {places}
          include /etc/nginx/mime.types;
          default_type application/octet-stream;
          access_log off;
          sendfile on;
          tcp_nodelay on;
          keepalive_requests 1000000000;
          keepalive_timeout 3600s;
          open_file_cache max=100000 inactive=1h;
          server {{ listen {host}:{port} backlog=8192; root {root}; }}
        }}
        """


def user():
    """Whoever runs this, by name."""
    done = subprocess.run(["id", "-un"], check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.strip()


def free_ports():
    for _ in range(5):
        with socket.socket() as probe:
            probe.bind(("", 0))
            port = probe.getsockname()[1]
        yield port
    raise Failed("no port is free")


class Seeder(Server):
    """`archive-tool seed` on one event loop, with the tree's ledger."""

    def __init__(self, tree, scratch, host="127.0.0.1", prefix=()):
        super().__init__("archive-tool seed", scratch, host, prefix)
        self.start(
            [tree.tool, "seed", "--config", tree.seed_config, "--http", f"{host}:0", "--admin",
             f"{host}:0", "--threads", "1"], tree.environment)
        self.pid = self.process.pid
        text = self.wait_for("its address", self.addresses)
        self.port, self.admin = (int(port) for port in text)

    def addresses(self):
        with open(self.errors) as file:
            text = file.read()
        words = ("listening", "admin")
        found = [re.search(rf"^{word} on \S+:(\d+)$", text, re.M) for word in words]
        return [match[1] for match in found] if all(found) else None

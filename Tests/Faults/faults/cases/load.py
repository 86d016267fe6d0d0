# SPDX-License-Identifier: Apache-2.0
"""The seeder under clients that take all they can get and give nothing back."""

import os
import pathlib
import re
import socket
import statistics
import subprocess
import time

from .. import archive
from ..context import Mirror
from ..program import processor_seconds
from ..rows import Judge, Row

# What honest clients keep, of what they have without the others. It is judged for those who pause: what
# others keep is told beside nginx's, for what the attackers' own side costs is in it where all clients
# share a processor.
SHARE = 0.8
# ... where the others take as many bytes as they can: they are served as everybody is.
GREEDY_SHARE = 0.5
LARGE = 64 << 20
SLOW, FLOOD, GREEDY = ("slow", 2000, 1024), ("flood", 500, 1000), ("greedy", 500, 1000)
ATTACKS = {
    "2,000 slow readers": [SLOW],
    "500 clients that flood with 1,000 connections a second": [FLOOD],
    "the same, reading large files as fast as they can": [GREEDY],
    "2,000 slow readers and the flood": [SLOW, FLOOD],
}
# Where steal stands among a processor's times, and how much of them it may be.
STEAL, STOLEN = 7, 0.02
# How many clients ask, and whether they pause for a millisecond after each answer.
PACED, HASTY = {"small": 32, "large": 4}, {"small": 8, "large": 8}


class Attack:
    """Clients of the load generator, at work between entering and leaving."""

    def __init__(self, context, address, kind, clients, rate, path):
        self.command = [context.load, kind, *address.split(":"), path, str(clients), "300",
                        str(rate)]

    def __enter__(self):
        # Only when nobody else wants the processor, and away from the server: what is measured is
        # what that does, not who gets the processor of the clients.
        self.process = subprocess.Popen(
            ["chrt", "--idle", "0", *_pinned(1), *self.command], stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the load generator does not begin")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate()


def _pinned(processor):
    count = os.cpu_count() or 1
    return ["taskset", "-c", str(processor % count)]


class Nginx:
    """The server that many mirrors have, over the same files."""

    def __init__(self, context, mirror):
        directory = context.scratch / "nginx"
        directory.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.address = f"127.0.0.1:{free.getsockname()[1]}"
        self.url = f"http://{self.address}"
        configuration = directory / "nginx.conf"
        configuration.write_text(f"""
            daemon off; master_process off; pid {directory}/pid; error_log {directory}/error;
            {"user root;" if os.geteuid() == 0 else ""}
            events {{ worker_connections 20000; }}
            http {{
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
              open_file_cache max=1000; client_body_temp_path {directory}/body;
              proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
              uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
              server {{
                listen {self.address} backlog=4096; root "{mirror.archive.archive}";
              }}
            }}""")
        self.process = subprocess.Popen(
            [*_pinned(0), "nginx", "-p", directory, "-c", configuration],
            stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        end = time.monotonic() + 10
        while not self._listens():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError("nginx does not serve")
            time.sleep(0.05)

    def _listens(self):
        with socket.socket() as probe:
            host, port = self.address.split(":")
            return probe.connect_ex((host, int(port))) == 0

    def stop(self):
        self.process.terminate()
        self.process.wait()


def _rate(context, *arguments):
    """Requests a second that honest clients get answered; again where that was not measured because the
    machine's host gave its processors to others."""
    for _ in range(5 if context.full else 1):
        before = _times()
        rate = _asked(context, *arguments)
        spent = [after - earlier for earlier, after in zip(before, _times())]
        if spent[STEAL] <= STOLEN * sum(spent):
            break
    return rate


def _times():
    """What the processors did so far (proc_stat(5))."""
    with open("/proc/stat") as file:
        return [int(word) for word in file.readline().split()[1:9]]


def _asked(context, server, path, clients, is_paced, seconds, judge):
    """What wrk gets."""
    pause = context.scratch / "pause.lua"
    pause.write_text("function delay() return 1 end\n")
    output = subprocess.run(
        [*_pinned(1), "wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds}s", "--timeout", "10s",
         *(["-s", pause] if is_paced else []), server.url + path],
        capture_output=True, text=True, check=True).stdout
    judge.expect("Non-2xx" not in output, f"answers that are none: {output}")
    judge.expect("Socket errors" not in output, f"broken: {output}")
    return float(re.search(r"Requests/sec: +([0-9.]+)", output)[1])


def _connected(mirror):
    """Connections that the seeder has, as the kernel sees it."""
    port = int(mirror.address.split(":")[1])
    output = subprocess.run(["ss", "-Htn", "state", "established", f"( sport = :{port} )"],
                            capture_output=True, text=True, check=True).stdout
    return len(output.splitlines())


def hold(context):
    """Slow readers and flooding clients take little of what honest clients get."""
    mirror = Mirror(context, "load mirror", before=_pinned(0))
    large = mirror.archive.archive / "pool" / "large"
    # Larger than what the kernel takes for each slow reader.
    with open(large, "wb") as file:
        for _ in range(LARGE >> 20):
            file.write(os.urandom(1 << 20))
    nginx = Nginx(context, mirror) if context.full else None
    try:
        for name, attacks in ATTACKS.items():
            if context.full or attacks == [SLOW]:
                yield _measured(context, mirror, nginx, name, attacks)
    finally:
        large.unlink()
        mirror.stop()
        if nginx:
            nginx.stop()


class Rates:
    """What clients of one kind get of one server, alone and under an attack."""

    def __init__(self, server, clients):
        self.server = server
        self.clients = clients
        self.alone = {key: [] for key in clients}
        self.under = {key: [] for key in clients}

    def measure(self, context, rates, seconds, judge):
        files = {"small": archive.FIRST[0], "large": archive.FIRST[2]}
        for key, clients in self.clients.items():
            rates[key].append(_rate(context, self.server, f"/{files[key].path}", clients,
                                    self.clients is PACED, seconds, judge))

    def share(self, key):
        return statistics.median(self.under[key]) / statistics.median(self.alone[key])

    def figures(self):
        return {key: {"alone": self.alone[key], "under": self.under[key],
                      "share": round(self.share(key), 3)} for key in self.clients}

    def shares(self):
        return " and ".join(f"{self.share(key):.0%}" for key in self.clients)


def _measured(context, mirror, nginx, name, attacks):
    judge = Judge(f"load, {name}")
    seconds, rounds = context.amount((1, 1), (2, 3))
    paced, hasty = Rates(mirror, PACED), Rates(mirror, HASTY)
    peer = Rates(nginx, HASTY) if nginx else None
    memory, connected, kernel = [], [], []
    for _ in range(rounds):
        for server, kinds in ((mirror, [paced, hasty]), (nginx, [peer])):
            if not server:
                continue
            for rates in kinds:
                rates.measure(context, rates.alone, seconds, judge)
            with _all(context, server, attacks):
                for rates in kinds:
                    rates.measure(context, rates.under, seconds, judge)
                if server is mirror:
                    connected.append(_connected(mirror))
                    kernel.append(_kernel_pages())
                    memory.append(mirror.daemon.resident()[0])
    for key in PACED if context.full else ():
        judge.expect(paced.share(key) >= (GREEDY_SHARE if GREEDY in attacks else SHARE),
                     f"honest clients keep {paced.share(key):.0%} ({key})")
    # Where the kernel's memory for TCP is all in use, nobody is sent anything.
    judge.expect(max(kernel) < _kernel_limit() / 2,
                 f"the kernel keeps {max(kernel)} pages for TCP, and has {_kernel_limit()}")
    if SLOW in attacks:
        judge.expect(max(connected) >= 1900, f"only {max(connected)} are connected")
    judge.expect(mirror.daemon.is_running(), f"it ended: {mirror.daemon.errors}")
    small, large = (statistics.median(paced.alone[key]) for key in PACED)
    words = (f"who pause keep {paced.shares()} of {small:,.0f} and {large:,.0f} requests a second, who "
             f"do not {hasty.shares()}" + (f", nginx's {peer.shares()}" if peer else ""))
    figures = {"connections": max(connected), "resident_kb": max(memory), "paced": paced.figures(),
               "hasty": hasty.figures(), "nginx": peer.figures() if peer else None}
    return Row("load", name, "seed", rounds, len(judge.defects),
               f"{words}; {max(memory) >> 10} MB resident, "
               f"{max(kernel) * os.sysconf('SC_PAGE_SIZE') >> 20} MB in the kernel",
               figures, judge.defects)


def _settle(server, timeout=20):
    """Until those who came at once have been given all that the kernel takes for them."""
    pid = server.pid if isinstance(server, Nginx) else server.daemon.pid
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        before = processor_seconds(pid)
        time.sleep(0.3)
        if processor_seconds(pid) - before < 0.06:
            return


def _kernel_pages():
    """Pages that the kernel uses for TCP."""
    text = pathlib.Path("/proc/net/sockstat").read_text()
    return int(re.search(r"^TCP: .* mem (\d+)", text, re.MULTILINE)[1])


def _kernel_limit():
    return int(pathlib.Path("/proc/sys/net/ipv4/tcp_mem").read_text().split()[2])


class _all:
    """Several attacks at once."""

    def __init__(self, context, server, attacks):
        self.server = server
        self.attacks = {kind: Attack(context, server.address, kind, clients, rate, "/pool/large")
                        for kind, clients, rate in attacks}

    def __enter__(self):
        for kind, attack in self.attacks.items():
            attack.__enter__()
            if kind == "slow":
                _settle(self.server)

    def __exit__(self, *_):
        for attack in self.attacks.values():
            attack.__exit__()

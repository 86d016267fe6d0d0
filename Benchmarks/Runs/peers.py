# SPDX-License-Identifier: Apache-2.0
"""Measures `archive-tool seed --peer` beside libtorrent as a seed, in turns, over loopback TCP.

Each seed has one processor; the leech, a libtorrent that writes to memory, has another, and checks
every piece. The tree is made in DIR at first use, 2.7 GB, and stays for the next time; all of it is
in the page cache.
"""

import os
import re
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from command import BenchBase, add_directory, make_parser, run_parts
from measuring import Failed
from seed_servers import Server
from seed_tables import begin, line
from tree import HERE, Tree

SMALL = 12_000
SIZES = f"2G:1,50000:{SMALL}"
IDLE = 2000
SETTLE = 12
# Where the leech writes: no disk takes part.
MEMORY = "/dev/shm"


def main():
    parser = make_parser("peers", __doc__, PARTS)
    add_directory(parser)
    processors = sorted(os.sched_getaffinity(0))
    parser.add_argument(
        "--server-cpu", type=int, default=processors[0], help="(default: the first)")
    parser.add_argument(
        "--client-cpu", type=int, default=processors[-1], help="(default: the last)")
    return run_parts(parser.parse_args(), PARTS, Bench)


class OurSeed(Server):
    """`archive-tool seed` on one event loop, at any rate."""

    name = "archive-tool seed"

    def __init__(self, bench):
        super().__init__(self.name, bench.scratch, "127.0.0.1", bench.on_server)
        tree = bench.tree
        config = tree.configure(
            "Peer-Upload-Limit: unlimited", "Peer-Connections-Per-Address: 100000",
            "Scrub-Rate: off")
        self.start(
            [tree.tool, "seed", "--config", config, "--http", "127.0.0.1:0", "--peer",
             "127.0.0.1:0", "--admin", "127.0.0.1:0", "--threads", "1"], tree.environment)
        self.pid = self.process.pid
        self.http, self.port, self.admin = self.wait_for("its address", self.addresses)
        known = 5 * (SMALL + 1)
        self.wait_for("its torrents", lambda: self.metric("peer_info_hashes") >= known, 300)
        # Until what only a start needs is given back.
        time.sleep(SETTLE)

    def addresses(self):
        with open(self.errors) as file:
            text = file.read()
        found = [
            re.search(rf"^{word} on \S*:(\d+)$", text, re.M)
            for word in ("listening", "peers", "admin")]
        return [int(match[1]) for match in found] if all(found) else None

    def get(self, port, target):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{target}", timeout=60) as reply:
            return reply.read()

    def metric(self, name):
        text = self.get(self.admin, "metrics").decode()
        return int(re.search(rf"^archive_tool_{name} (\d+)$", text, re.M)[1])


class TheirSeed(Server):
    """libtorrent with all torrents of a list."""

    def __init__(self, bench, torrents):
        super().__init__("libtorrent", bench.scratch, "127.0.0.1", bench.on_server)
        self.process = subprocess.Popen(
            [*self.prefix, "/usr/bin/python3", "-B", f"{HERE}/peer_session.py", "seed", torrents],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.port = int(self.process.stdout.readline())


class Bench(BenchBase):
    """The tree, its torrents, and the report."""

    def prepare(self):
        missing = [name for name in ("apt-ftparchive", "gpg", "taskset") if not shutil.which(name)]
        if missing:
            raise Failed(f"missing: {' '.join(missing)} (scripts/setup --benchmarks installs it)")
        if self.options.server_cpu == self.options.client_cpu:
            raise Failed("seed and leech need a processor each")
        path = os.path.abspath(f"{self.options.dir}/peers")
        home = f"{self.scratch}/home"
        os.symlink(f"{path}/keys", home)
        environment = dict(os.environ, GNUPGHOME=home, LC_ALL="C")
        self.tree = Tree(
            path, os.path.abspath(self.options.tool), environment,
            ["--packages", str(SMALL + 1), "--bytes", "1T", "--sizes", SIZES])
        self.tree.hash()
        self.on_server = ["taskset", "-c", str(self.options.server_cpu)]
        self.on_client = ["taskset", "-c", str(self.options.client_cpu)]
        self.large, self.small = self.torrents()
        self.report.heading(
            f"Seeds on processor {self.options.server_cpu}, the leech on {self.options.client_cpu}.")

    def torrents(self):
        """Lists of torrents for peer_session.py: of the large file, and of the small ones."""
        ours = OurSeed(self)
        lists = ([], [])
        directory = tempfile.mkdtemp(dir=self.scratch)
        for number, (name, size) in enumerate(self.tree.files):
            with open(f"{directory}/{number}", "wb") as file:
                file.write(ours.get(ours.http, urllib.request.quote(name) + ".torrent"))
            place = os.path.dirname(f"{self.tree.archive}/{name}")
            lists[size < 1 << 30].append(f"{directory}/{number}\t{place}\n")
        ours.end()
        paths = []
        for index, lines in enumerate(lists):
            paths.append(f"{directory}/list-{index}")
            with open(paths[-1], "w") as file:
                file.writelines(lines)
        return paths


def seeding(title, choose, at_once):
    """CPU and memory of both seeds for all of a list."""
    def measure(bench):
        rows = {}
        for number in bench.rounds:
            makers = [lambda: OurSeed(bench), lambda: TheirSeed(bench, choose(bench))]
            # Whoever is first has the colder caches.
            for make in makers if number % 2 else reversed(makers):
                seed = make()
                try:
                    rows.setdefault(seed.name, []).append(fetch(bench, seed, choose(bench), at_once))
                finally:
                    seed.end()
        begin(bench.report, title, f"{'s/GB':>9}{'MB/s':>9}{'peak MB':>9}{'before':>9}")
        medians = {}
        for name, values in rows.items():
            cpu, rate, peak, before = (statistics.median(column) for column in zip(*values))
            medians[name] = cpu
            if name == OurSeed.name:
                ours = peak
            columns = dict(zip(("cpu", "rate", "peak", "before"), map(list, zip(*values))))
            line(
                bench.report, name, columns,
                f"{cpu:9.3f}{rate / 1e6:9.0f}{peak / 1e6:9.1f}{before / 1e6:9.1f}")
        bench.report.result(
            "CPU a GB, ours / libtorrent", medians[OurSeed.name] / medians["libtorrent"],
            goal=1)
        # 33 MB and 32 bytes for each of 15,815 pieces.
        bench.report.result("ours at most", ours / 1e6, goal=33.5, unit=" MB")
    return measure


def fetch(bench, seed, torrents, at_once):
    """CPU seconds a GB, bytes a second, the peak of memory, and what it was before."""
    before, memory = seed.cpu(), seed.memory()
    seed.forget_peak()
    with tempfile.TemporaryDirectory(dir=MEMORY) as directory:
        done = subprocess.run(
            [*bench.on_client, "/usr/bin/python3", "-B", f"{HERE}/peer_session.py", "leech",
             str(seed.port), directory, str(at_once), torrents],
            check=True, stdout=subprocess.PIPE, text=True, timeout=900)
    seconds, length = (float(word) for word in done.stdout.split())
    return (seed.cpu() - before) / length * 1e9, length / seconds, seed.memory("VmHWM"), memory


def measure_idle(bench):
    """Connections that shook hands, and want nothing."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with open(bench.large) as file:
        torrent = file.readline().split("\t")[0]
    text = subprocess.run(
        ["/usr/bin/python3", "-W", "ignore", "-c",
         "import libtorrent, sys; print(libtorrent.torrent_info(sys.argv[1]).info_hash())", torrent],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    seed = OurSeed(bench)
    try:
        before = seed.memory()
        peers = [shake_hands(seed.port, bytes.fromhex(text.strip())) for _ in range(IDLE)]
        time.sleep(2)
        cpu = seed.cpu()
        time.sleep(10)
        share = (seed.cpu() - cpu) / 10
        during = seed.memory()
        if seed.metric("peer_connections") != IDLE:
            raise Failed("some of the idle connections have ended")
        for peer in peers:
            peer.close()
    finally:
        seed.end()
    begin(bench.report, f"{IDLE} idle peers", f"{'before, MB':>12}{'during, MB':>12}{'CPU':>8}")
    line(
        bench.report, seed.name, {"before": before, "during": during, "share": share},
        f"{before / 1e6:12.1f}{during / 1e6:12.1f}{share * 100:7.1f}%")
    bench.report.result("memory", during / 1e6, goal=100, unit=" MB")
    bench.report.result("of a processor", share * 100, goal=2, unit=" %")


def shake_hands(port, info_hash):
    peer = socket.create_connection(("127.0.0.1", port))
    peer.sendall(
        b"\x13BitTorrent protocol" + bytes([0, 0, 0, 0, 0, 0x10, 0, 4]) + info_hash
        + b"-XX0000-" + os.urandom(12))
    received = b""
    # The handshake, and after it what there is to have.
    while not received.endswith(b"\0\0\0\x01\x0e"):
        part = peer.recv(4096)
        if not part:
            raise Failed("a handshake was refused")
        received += part
    return peer


PARTS = {
    "large": seeding("One file of 2 GB", lambda bench: bench.large, 1),
    "small": seeding(f"{SMALL} files of 50 KB, 200 at once", lambda bench: bench.small, 200),
    "idle": measure_idle,
}

if __name__ == "__main__":
    sys.exit(main())

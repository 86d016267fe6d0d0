# SPDX-License-Identifier: Apache-2.0
"""Measures `archive-tool seed` beside nginx over the same tree, in turns.

Each server has one processor, the clients another. The tree is made in DIR at first use, 5 GB, and
stays for the next time; all of it is read once before, so no disk takes part. Every response must
have the right status and length, and of one in 97 every byte is compared. nginx has sendfile and
open_file_cache on and its log off; ours has the ledger, so that its responses carry digests.
"""

import os
import shutil
import subprocess
import sys

import seed_memory
from command import BenchBase, add_directory, make_parser, run_parts
from measuring import Failed
from seed_data import SeedTree, read_all
from seed_link import SERVER, Link
from seed_servers import Nginx, Seeder
from seed_tables import Rates, begin
from tree import HERE

# One in so many responses is compared; no number of files or ranges here is a multiple of it.
CHECK = 97


def main():
    parser = make_parser("seed", __doc__, PARTS)
    add_directory(parser)
    processors = sorted(os.sched_getaffinity(0))
    parser.add_argument(
        "--seconds", type=float, default=4, help="how long each server is asked (default: 4)")
    parser.add_argument(
        "--server-cpu", type=int, default=processors[0], help="(default: the first)")
    parser.add_argument(
        "--client-cpu", type=int, default=processors[-1], help="(default: the last)")
    parser.add_argument(
        "--delay", type=float, default=25, metavar="MS",
        help="of the link, in each direction (default: 25)")
    return run_parts(parser.parse_args(), PARTS, Bench)


class Bench(BenchBase):
    """The tree, the two servers over it, and the report."""

    def __init__(self, options, scratch):
        super().__init__(options, scratch)
        self.servers = []
        self.home = None

    def prepare(self):
        programs = ("apt-ftparchive", "gpg", "ip", "nginx", "taskset", "xz")
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            raise Failed(f"missing: {' '.join(missing)} (scripts/setup --benchmarks installs it)")
        if self.options.server_cpu == self.options.client_cpu:
            raise Failed("server and clients need a processor each")
        path = os.path.abspath(f"{self.options.dir}/seed")
        # The sockets in a GNUPGHOME need a short name.
        self.home = f"{self.scratch}/home"
        os.symlink(f"{path}/keys", self.home)
        environment = dict(os.environ, GNUPGHOME=self.home, LC_ALL="C")
        self.tree = SeedTree(path, os.path.abspath(self.options.tool), environment)
        read_all(self.tree)
        self.report.heading(
            f"Server on processor {self.options.server_cpu}, clients on {self.options.client_cpu}.")

    @property
    def on_server(self):
        return ["taskset", "-c", str(self.options.server_cpu)]

    @property
    def on_client(self):
        return ["taskset", "-c", str(self.options.client_cpu)]

    def start(self, link=None):
        """Both servers anew, at one end of the link, or on loopback where each serves all files."""
        self.stop()
        host, prefix = (SERVER, link.server) if link else ("127.0.0.1", [])
        for make in (Nginx, Seeder):
            self.servers.append(
                make(self.tree, self.scratch, host, [*prefix, *self.on_server]))
        for server in [] if link else self.servers:
            self.ask(
                server, self.tree.whole(self.tree.files), depth=10, count=len(self.tree.files))
        return self.servers

    def stop(self):
        servers, self.servers = self.servers, []
        for server in servers:
            server.end()

    def end(self):
        self.stop()
        if self.home:
            subprocess.run(
                ["gpgconf", "--homedir", self.home, "--kill", "all"], stderr=subprocess.DEVNULL)

    def in_turns(self):
        """Both servers in every round, each as often the first as the other."""
        for number in self.rounds:
            yield from self.servers if number % 2 == 0 else reversed(self.servers)

    def ask(self, server, targets, connections=1, depth=1, seconds=0, count=0, link=None):
        """What http-load did: responses, bytes, seconds, its own CPU seconds."""
        command = [
            *(link.client if link else []), *self.on_client,
            f"{HERE}/../.build/release/http-load", str(connections), str(depth), str(seconds),
            str(count), str(CHECK), server.host, str(server.port)]
        done = subprocess.run(command, input=targets, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"{server.name}: {done.stderr}")
        responses, length, compared, taken, cpu = done.stdout.split()
        if not int(compared):
            raise Failed(f"{server.name}: no response was compared")
        return int(responses), int(length), float(taken), float(cpu)


def measure_rates(bench, title, targets, connections, depth):
    """One table: both servers, asked the same; theirs and ours."""
    bench.start()
    rates = {server.name: Rates(server.name) for server in bench.servers}
    for server in bench.servers:
        bench.ask(server, targets, connections, depth, seconds=0.5)
    for server in bench.in_turns():
        server.forget_peak()
        before = server.cpu()
        done = bench.ask(server, targets, connections, depth, seconds=bench.options.seconds)
        rates[server.name].add(done, server.cpu() - before, server.memory("VmHWM"))
    begin(bench.report, f"{title}: {connections} connections, {depth} deep", Rates.COLUMNS)
    for rate in rates.values():
        rate.print(bench.report)
    return rates.values()


def small(size, name, depth, least):
    def measure(bench):
        targets = bench.tree.whole(bench.tree.of_size(size))
        theirs, ours = measure_rates(bench, name, targets, 16, depth)
        bench.report.result("requests/s, ours / nginx", ours.rate / theirs.rate, least=least)
        bench.report.result("CPU a request, ours / nginx", ours.request / theirs.request)
    return measure


def large(name, targets, connections):
    def measure(bench):
        theirs, ours = measure_rates(bench, name, targets(bench.tree), connections, 1)
        bench.report.result("bytes/s, ours / nginx", ours.bytes / theirs.bytes, least=1)
        bench.report.result("CPU a GB, ours / nginx", ours.gigabyte / theirs.gigabyte, goal=1.1)
    return measure


def measure_idle(bench):
    """5000 connections that had a response each and wait."""
    seed_memory.idle(bench)


def measure_downloads(bench):
    """64 downloads of 1 GB at once."""
    seed_memory.downloads(bench)


def measure_pieces_on_link(bench):
    """Many pieces by one POST, and the same files by one pipelined connection, far away."""
    link = Link()
    try:
        link.make(f"{HERE}/../.build/release/link-delay", bench.options.delay)
        bench.start(link)
        compare_pieces(bench, f"link, {2 * bench.options.delay:g} ms there and back", link, 1.5)
    finally:
        bench.stop()
        link.end()


def measure_pieces(bench):
    """The same on loopback, where nothing has to be waited for."""
    bench.start()
    compare_pieces(bench, "loopback", None, 1)


def compare_pieces(bench, where, link, least_small):
    numbers = bench.tree.pieces
    for name, files, least, repeats in (
            ("400 files of one piece", numbers.small(400), least_small, 1 if link else 20),
            ("1500 pieces of a mixture", numbers.mixed(1500), 1, 1 if link else 5)):
        theirs, ours = (Rates(server.name) for server in bench.servers)
        one_by_one(bench, bench.servers[0], files, 1, link)
        by_post(bench, bench.servers[1], files, 1, link, check=1)
        for server in bench.in_turns():
            rates, fetch = (theirs, one_by_one) if server.name == "nginx" else (ours, by_post)
            server.forget_peak()
            before = server.cpu()
            done = fetch(bench, server, files, repeats, link)
            rates.add(done, server.cpu() - before, server.memory("VmHWM"))
        size = sum(file[1] for file in files)
        begin(
            bench.report,
            f"Pieces, {where}: {name}, {len(files)} files, {size / 1e6:.1f} MB", Rates.COLUMNS)
        for rates in (theirs, ours):
            rates.print(bench.report)
        bench.report.result(
            "bytes/s, POST / GET 10 deep of nginx", ours.bytes / theirs.bytes, least=least)
        bench.report.result("CPU a GB, ours / nginx", ours.gigabyte / theirs.gigabyte)


def one_by_one(bench, server, files, repeats, link):
    """As apt does: one connection, ten requests under way, whole files."""
    return bench.ask(
        server, bench.tree.whole([file[:2] for file in files]), depth=10,
        count=repeats * len(files), link=link)


def by_post(bench, server, files, repeats, link, check=CHECK):
    lines = "".join(" ".join(map(str, file)) + "\n" for file in files)
    command = [
        *(link.client if link else []), *bench.on_client,
        f"{HERE}/../.build/release/piece-load", server.host, str(server.port),
        bench.tree.pieces.torrent, bench.tree.archive, str(repeats), str(check)]
    done = subprocess.run(command, input=lines, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"POST /pieces: {done.stderr}")
    pieces, length, seconds, cpu = done.stdout.split()
    return int(pieces), int(length), float(seconds), float(cpu)


PARTS = {
    "4k": small(4096, "Files of 4 KiB", 1, 0.8),
    "60k": small(60_000, "Files of 60 KB", 1, 0.8),
    "4k-pipelined": small(4096, "Files of 4 KiB", 10, 1),
    "60k-pipelined": small(60_000, "Files of 60 KB", 10, 1),
    "ranges": large("Ranges of 1 MiB", lambda tree: tree.ranges(), 16),
    "whole": large("Whole files of 100 MB", lambda tree: tree.whole(tree.of_size(10**8)), 4),
    "idle": measure_idle, "downloads": measure_downloads, "pieces": measure_pieces,
    "pieces-link": measure_pieces_on_link,
}

if __name__ == "__main__":
    sys.exit(main())

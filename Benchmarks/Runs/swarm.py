# SPDX-License-Identifier: Apache-2.0
"""Measures a mirror whose clients share: `archive-tool seed` and 12 of `archive-tool fetch`.

Beside it the same clients, drawn alike and started at the same moments, take the same files from
the same mirror by curl. Mirror and clients have a network namespace each, on one bridge; what the
mirror sends is shaped, what others send is not. 120 packages of the archive's distribution of sizes
are fetched by apt at first use, 96 MB, and stay in DIR. Clients have the indices, as after an
update. At the end every file's SHA-256 is compared.
"""

import os
import shutil
import statistics
import sys
import time

from command import BenchBase, add_directory, make_parser, run_parts
from measuring import Failed
from seed_tables import begin, line
from swarm_clients import TRACKER_PORT, Curl, Fetch, Mirror, warm
from swarm_data import SwarmArchive, draw
from swarm_network import Network

# How often it is looked who is done, in seconds; how long all of it may take.
PAUSE, LIMIT = 0.02, 1800


def main():
    parser = make_parser("swarm", __doc__, PARTS)
    parser.set_defaults(rounds=3)
    add_directory(parser)
    parser.add_argument("--clients", type=int, default=12, help="(default: 12)")
    parser.add_argument(
        "--packages", type=int, default=120, help="that the archive has (default: 120)")
    parser.add_argument(
        "--draw", type=int, default=60, help="that each client wants (default: 60)")
    parser.add_argument("--seed", type=int, default=1, help="of the draw (default: 1)")
    parser.add_argument(
        "--spread", type=float, default=120, metavar="SECONDS",
        help="from the first client's start to the last one's (default: 120)")
    parser.add_argument(
        "--rate", type=float, default=20, metavar="MBIT",
        help="what the mirror sends a second at most (default: 20)")
    parser.add_argument(
        "--known-peers", action="store_true",
        help="tell each client the others' addresses; the tracker does otherwise")
    return run_parts(parser.parse_args(), PARTS, Bench)


class Bench(BenchBase):
    """The archive, the network, and the mirror in it."""

    def __init__(self, options, scratch):
        super().__init__(options, scratch)
        self.archive = self.network = self.mirror = None
        self.clients = []

    def prepare(self):
        programs = ("apt-get", "curl", "gpg", "gpgconf", "gzip", "ip", "tc")
        missing = [program for program in programs if not shutil.which(program)]
        if missing:
            raise Failed(f"missing: {' '.join(missing)} (scripts/setup --benchmarks installs it)")
        options = self.options
        self.network = Network(options.clients)
        self.archive = SwarmArchive(
            os.path.abspath(f"{options.dir}/swarm"), f"{self.scratch}/home",
            os.path.abspath(options.tool), options.packages, {
                "Torrent-Trackers": f"http://{self.network.address(0)}:{TRACKER_PORT}/announce"})
        self.draws = draw(self.archive.packages, options.clients, options.draw, options.seed)
        self.network.make()
        self.mirror = Mirror(self.archive, self.network, self.scratch)
        warm(self.archive, self.network, self.mirror, self.scratch)
        self.network.shape(options.rate)
        self.report.heading(
            f"{len(self.archive.packages)} packages, {self.archive.bytes / 1e6:.1f} MB; "
            f"the mirror sends {options.rate:g} Mbit/s.")

    def end(self):
        self.stop_clients()
        if self.mirror:
            self.mirror.end()
        if self.network:
            self.network.end()
        if self.archive:
            self.archive.end()

    def stop_clients(self):
        clients, self.clients = self.clients, []
        failures = []
        for client in clients:
            try:
                client.stop()
            except Failed as failure:
                failures.append(failure)
        if failures:
            raise failures[0]

    def run(self, clients, spread):
        """Starts `clients` over `spread` seconds, and waits for all; what the mirror sent."""
        self.clients = clients
        before, begun = self.network.sent(), time.monotonic()
        waiting = [
            (begun + spread * position / max(1, len(clients) - 1), client)
            for position, client in enumerate(clients)]
        started = []
        # Each is looked at, whoever else is not done.
        while not all([client.look() for client in started]) or waiting:
            while waiting and time.monotonic() >= waiting[0][0]:
                client = waiting.pop(0)[1]
                client.start(self.mirror.url)
                started.append(client)
            if time.monotonic() > begun + spread + LIMIT:
                raise Failed(f"not all clients are done after {LIMIT} seconds")
            time.sleep(PAUSE)
        sent = self.network.sent() - before
        self.stop_clients()
        for client in clients:
            client.check()
        return sent

    def curl(self, number):
        return Curl(number, self.draws[number - 1], self.network, self.scratch)

    def fetch(self, number, share=True):
        others = set(range(1, self.options.clients + 1)) - {number}
        return Fetch(
            number, self.draws[number - 1], self.network, self.scratch, self.archive,
            sorted(others) if share and self.options.known_peers else (), share)


def measure_alone(bench):
    """One client, nobody else."""
    seconds = {"curl": [], "fetch": []}
    for number in bench.rounds:
        clients = [bench.curl(1), bench.fetch(1, share=False)]
        for client in clients if number % 2 == 0 else reversed(clients):
            bench.run([client], 0)
            seconds[client.name].append(client.seconds)
    begin(bench.report, f"One client, {megabytes(bench.draws[0])} MB", f"{'s':>9}{'±':>6}")
    for name, values in seconds.items():
        median = statistics.median(values)
        spread = (max(values) - min(values)) / median * 50
        line(bench.report, name, {"seconds": values}, f"{median:9.2f}{spread:5.0f}%")
    bench.report.result(
        "time, fetch / curl", statistics.median(seconds["fetch"])
        / statistics.median(seconds["curl"]), goal=1.03)


def measure_swarm(bench):
    """All clients, by fetch and by curl."""
    numbers = range(1, bench.options.clients + 1)
    rounds = {"curl": [], "fetch": []}
    for number in bench.rounds:
        kinds = [bench.curl, bench.fetch]
        for make in kinds if number % 2 == 0 else reversed(kinds):
            clients = [make(client) for client in numbers]
            sent = bench.run(clients, bench.options.spread)
            rounds[clients[0].name].append((sent, clients))
    report_clients(bench, rounds)
    report_totals(bench, rounds)


def report_clients(bench, rounds):
    begin(
        bench.report,
        f"{bench.options.clients} clients, started over {bench.options.spread:g} s",
        f"{'MB':>8}{'curl s':>9}{'fetch s':>9}{'peers MB':>10}{'mirror MB':>11}{'web MB':>8}"
        f"{'wasted':>8}{'banned':>8}")
    ratios = []
    for position, packages in enumerate(bench.draws):
        seconds = {
            name: [clients[position].seconds for _, clients in all_rounds]
            for name, all_rounds in rounds.items()}
        reports = [clients[position].report["swarm"] for _, clients in rounds["fetch"]]
        curl, fetch = (statistics.median(seconds[name]) for name in ("curl", "fetch"))
        ratios.append(fetch / curl)
        peers, mirror, web, wasted = (
            statistics.median(report[key] for report in reports) / 1e6
            for key in ("fromPeers", "fromMirrorPeer", "fromWeb", "wasted"))
        banned = sum(report["banned"] for report in reports)
        line(
            bench.report, f"client {position + 1}", {**seconds, "swarm": reports},
            f"{megabytes(packages):>8}{curl:9.1f}{fetch:9.1f}{peers:10.1f}{mirror:11.1f}{web:8.1f}"
            f"{wasted:8.2f}{banned:8}")
    bench.report.result("time of a client, fetch / curl, median", statistics.median(ratios))
    bench.report.result("time of a client, fetch / curl, worst", max(ratios), goal=1)


def report_totals(bench, rounds):
    drawn = [package for packages in bench.draws for package in packages]
    distinct = sum(package.size for package in set(drawn))
    delivered = sum(package.size for package in drawn)
    begin(
        bench.report, f"{distinct / 1e6:.1f} MB distinct, {delivered / 1e6:.1f} MB delivered",
        f"{'sent MB':>9}{'±':>6}{'/ distinct':>12}{'/ delivered':>13}")
    for name, all_rounds in rounds.items():
        sent = [bytes_sent for bytes_sent, _ in all_rounds]
        median = statistics.median(sent)
        spread = (max(sent) - min(sent)) / median * 50
        line(
            bench.report, f"the mirror, {name}", {"sent": sent},
            f"{median / 1e6:9.1f}{spread:5.0f}%{median / distinct:12.3f}"
            f"{median / delivered:12.1%}")
    sent = statistics.median(bytes_sent for bytes_sent, _ in rounds["fetch"])
    bench.report.result("sent by the mirror / distinct bytes", sent / distinct, goal=1.25)
    bench.report.result("sent by the mirror / delivered bytes", sent / delivered, goal=0.25)


def megabytes(packages):
    return f"{sum(package.size for package in packages) / 1e6:.1f}"


PARTS = {"alone": measure_alone, "swarm": measure_swarm}

if __name__ == "__main__":
    sys.exit(main())

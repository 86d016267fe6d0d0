# SPDX-License-Identifier: Apache-2.0
"""Measures `archive-tool track` beside Debian's opentracker, in turns.

500 torrents with 2000 peers each are announced first, from 2000 addresses of loopback and a port of
its own for each torrent; then each load runs for some seconds on each tracker, round by round, and
every answer is checked. The tracker has one processor, the load another. All happens in a network
namespace of its own, which needs root.
"""

import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

from command import make_parser
from measuring import Failed
from tracker_report import LoadReport, LoadSeries, Sample
from trackers import (
    ADDRESSES, FILE_BYTES, Nginx, NginxCached, OpenTracker, OpenTrackerWorker, Ours)
from tree import HERE

TORRENTS = 500
NAMESPACE = "BENCH_NAMESPACE"

# By what tracker-load calls it: the title, who sets the measure, and how many times its CPU time
# per answer ours may take.
LOADS = {
    "announce": ("UDP announce", "opentracker", 1),
    "mix": ("UDP connect, announce and scrape, 50:50:1", "opentracker", 1),
    "connect": ("UDP connect", "opentracker", None),
    "scrape": ("UDP scrape of one torrent", "opentracker", None),
    "http": ("HTTP announce, one connection each", "opentracker", 1),
    "keep": ("HTTP announce, kept connections", "nginx, 300-byte file", 1),
}
# Bytes for a peer.
MEMORY_GOALS = {4: 16, 6: 32}
WRK = """
local count = 0
local hashes = {%s}
request = function()
  count = count + 1
  local torrent = count %% #hashes
  return wrk.format("GET", "/announce?info_hash=" .. hashes[torrent + 1]
    .. "&peer_id=-LT2080-trackerload0&port=" .. (10000 + torrent)
    .. "&uploaded=0&downloaded=0&left=0&compact=1&numwant=50", {["Connection"] = "%s"})
end
"""


def main():
    options = parse_options()
    if os.geteuid() != 0:
        print("Benchmarks/run: a network namespace needs root", file=sys.stderr)
        return 77
    if NAMESPACE not in os.environ:
        os.execvpe("unshare", ["unshare", "--net", "--", sys.executable, "-B"] + sys.argv,
                   os.environ | {NAMESPACE: "1"})
    # So that what runs is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as scratch:
        # opentracker is somebody else, without rights, once it has started.
        os.chmod(scratch, 0o755)
        bench = Bench(options, scratch)
        try:
            bench.run()
        except (Failed, OSError, subprocess.CalledProcessError) as failure:
            print(f"Benchmarks/run: {failure}", file=sys.stderr)
            return 70
        finally:
            bench.stop()
        if options.json:
            bench.report.write(options.json)
    return 70 if bench.wrong else 0


def parse_options():
    parser = make_parser("tracker", __doc__, list(LOADS) + ["memory", "wrk"])
    parser.add_argument(
        "--load", default=f"{HERE}/../.build/release/tracker-load", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement (default: 4)")
    parser.add_argument(
        "--peers", type=int, default=1000000, help="in all torrents together (default: 1000000)")
    parser.add_argument(
        "--peers-only", action="store_true", help="measure the others alone, without ratios")
    options = parser.parse_args()
    options.tool = os.path.abspath(options.tool)
    if options.peers < 204 * TORRENTS or options.peers % TORRENTS:
        parser.error(f"--peers has to be a multiple of {TORRENTS}, at least {204 * TORRENTS}")
    return options


def children_cpu():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


class Bench:
    def __init__(self, options, scratch):
        self.options = options
        self.scratch = scratch
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.servers = []
        self.report = LoadReport()
        self.wrong = 0

    def run(self):
        if self.server_core == self.load_core:
            raise Failed("two processors are needed, one for the tracker and one for the load")
        parts = self.check_programs(self.options.only or list(LOADS) + ["memory", "wrk"])
        self.prepare_addresses()
        self.report.heading(
            f"{TORRENTS} torrents, {self.options.peers} peers, three of four seeds; numwant 50")
        loads = [load for load in LOADS if load in parts]
        self.start(loads + ["http", "keep"] if "wrk" in parts else loads)
        self.measure(loads)
        if "wrk" in parts:
            self.cross_check()
        self.stop()
        if "memory" in parts:
            self.memory(4, [Ours, OpenTracker])
            self.memory(6, [Ours])

    def check_programs(self, parts):
        """What of the parts can be measured here."""
        if not self.options.peers_only and not os.access(self.options.tool, os.X_OK):
            raise Failed(f"no {self.options.tool}: swift build -c release, or --tool or --peers-only")
        for program in ("ip", "nginx", "opentracker", "taskset"):
            if not shutil.which(program):
                raise Failed(f"{program} is not installed: scripts/setup --benchmarks")
        if "wrk" in parts and not shutil.which("wrk"):
            print("wrk is not installed: HTTP is not cross-checked")
            parts = [part for part in parts if part != "wrk"]
        return parts

    def prepare_addresses(self):
        for command in ("link set lo up", f"address add {ADDRESSES[6]}/128 dev lo",
                        "-6 route add local fd74:6c6f::/32 dev lo"):
            subprocess.run(["ip"] + command.split(), check=True)

    def start(self, loads):
        """Starts everyone that is measured, and tells the trackers of all peers."""
        for kind in (Ours, OpenTracker, OpenTrackerWorker, Nginx, NginxCached):
            if set(kind.loads) & set(loads) and not (kind is Ours and self.options.peers_only):
                server = self.serve(kind)
                if server.udp:
                    self.fill(server)

    def serve(self, kind, family=4):
        server = kind(self, family)
        self.servers.append(server)
        server.wait()
        return server

    def fill(self, server):
        outcome = self.load(server, "fill")
        # All are there: the numbers that each torrent has are compared.
        check = self.load(server, "scrape", seconds=1)
        if outcome["wrong"] or check["wrong"]:
            raise Failed(f"{server.name} did not take the peers")

    def load(self, server, mode, seconds=None):
        """One run of tracker-load."""
        command = [
            "taskset", "--cpu-list", str(self.load_core), self.options.load, mode,
            "--family", str(server.family), "--port", str(server.port), "--pid", str(server.pid),
            "--torrents", str(TORRENTS), "--members", str(self.options.peers // TORRENTS),
            "--seconds", str(seconds or self.options.seconds)]
        if not server.udp:
            command += ["--bytes", str(FILE_BYTES)]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return json.loads(output)

    def measure(self, loads):
        series = {
            load: [LoadSeries(server) for server in self.servers if load in server.loads]
            for load in loads}
        runs = self.options.rounds * sum(map(len, series.values()))
        if runs:
            print(f"\n{runs} runs of {self.options.seconds} s follow, in turns", flush=True)
        for _ in range(self.options.rounds):
            for load in loads:
                for one in series[load]:
                    one.add(Sample(**self.load(one.server, load)))
        for load in loads:
            self.show(load, series[load])

    def show(self, load, series):
        title, peer, goal = LOADS[load]
        self.report.section(title)
        for one in series:
            self.row(one)
        cpu = {one.name: one.median("cpu_per_answer") for one in series}
        if Ours.name in cpu and peer in cpu:
            self.report.result(
                f"CPU time per answer, ours / {peer}", cpu[Ours.name] / cpu[peer], goal=goal)

    def cross_check(self):
        """The same announces by wrk, all from one address."""
        self.report.section("HTTP announce by wrk, 64 connections, one run each")
        for header in ("close", "keep-alive"):
            load = "http" if header == "close" else "keep"
            script = f"{self.scratch}/{header}.lua"
            with open(script, "w") as file:
                file.write(WRK % (self.quoted_hashes(), header))
            for server in self.servers:
                if load in server.loads:
                    one = LoadSeries(server, f"{server.name}, {header}")
                    one.add(self.wrk(server, script, keep=load == "keep"))
                    self.row(one)

    def row(self, series):
        self.report.row(series)
        self.wrong += series.total("wrong")

    def wrk(self, server, script, keep):
        seconds = self.options.seconds
        before, load = server.cpu(), children_cpu()
        output = subprocess.run(
            ["taskset", "--cpu-list", str(self.load_core), "wrk", "--threads", "1",
             "--connections", "64", "--duration", f"{seconds}s", "--script", script,
             f"http://{ADDRESSES[4]}:{server.port}"],
            check=True, stdout=subprocess.PIPE, text=True).stdout
        return Sample.of_wrk(
            output, seconds, server.cpu() - before, children_cpu() - load, keep)

    def hashes(self):
        output = subprocess.run(
            [self.options.load, "hashes", "--torrents", str(TORRENTS)], check=True,
            stdout=subprocess.PIPE, text=True)
        return output.stdout

    def quoted_hashes(self):
        lines = self.hashes().split()
        pairs = ([line[at:at + 2] for at in range(0, 40, 2)] for line in lines)
        return ",".join('"' + "".join("%" + pair for pair in one) + '"' for one in pairs)

    def memory(self, family, kinds):
        """Resident bytes, empty and with all peers, of a new process each time."""
        kinds = kinds[self.options.peers_only:]
        if not kinds:
            return
        sizes = {kind: [] for kind in kinds}
        for _ in range(self.options.rounds):
            for kind in kinds:
                server = self.serve(kind, family)
                empty = server.resident()
                self.fill(server)
                sizes[kind].append((empty, server.resident()))
                self.stop()
        self.report.memory_section(f"Memory of {self.options.peers} IPv{family} peers")
        for kind in kinds:
            goal = MEMORY_GOALS[family] if kind is Ours else None
            self.report.memory(kind.name, sizes[kind], self.options.peers, goal)

    def stop(self):
        for server in self.servers:
            server.stop()
        self.servers = []


if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""Measures `archive-tool digest` beside programs that make torrents or checksums, in turns.

Two sets of files are made in DIR at first use, 4 GB, and stay for the next time: 12000 files with
the sizes of real packages divided by 8, in pieces of 64 KiB, and one file of 2 GB, in pieces of
1 MiB. All are read once before, so no disk takes part.
"""

import os
import re
import shutil
import subprocess
import sys

from command import BenchBase, add_directory, add_passes, make_parser, run_parts
from measuring import Failed, Series, run
from pieces_data import Data, fold
from tree import HERE

# Debian's own, for which python3-libtorrent is made.
PYTHON = "/usr/bin/python3"


def main():
    parser = make_parser("pieces", __doc__, PARTS)
    add_directory(parser)
    add_passes(parser)
    parser.add_argument(
        "--peers-only", action="store_true", help="measure the others alone, without ratios")
    return run_parts(parser.parse_args(), PARTS, Bench)


class Bench(BenchBase):
    """The files, which are made when first asked for, the programs and the report."""

    def __init__(self, options, scratch):
        super().__init__(options, scratch)
        self.data = {}

    def prepare(self):
        tools = ["mktorrent", "openssl", "sha256sum", "transmission-create", "xargs"]
        missing = [tool for tool in tools if not shutil.which(tool)]
        module = [PYTHON, "-c", "import libtorrent"]
        if subprocess.run(module, stderr=subprocess.DEVNULL).returncode != 0:
            missing.append("python3-libtorrent")
        if missing:
            raise Failed(f"missing: {' '.join(missing)} (scripts/setup --benchmarks installs it)")
        if not self.options.peers_only and not shutil.which(self.options.tool):
            raise Failed(f"no such program: {self.options.tool}")
        self.report.heading("All files in the page cache: each is read once before.")

    def data_set(self, make):
        if make not in self.data:
            self.data[make] = make(self.options.dir, self.scratch)
        return self.data[make]

    def read(self, data, way):
        with open(data.names) as names:
            return run([f"{HERE}/../.build/release/read-ways", way, data.root], stdin=names)

    @property
    def many(self):
        return self.data_set(Data.many)

    @property
    def large(self):
        return self.data_set(Data.large)


class Part:
    """One table: contenders over the same files, in turns."""

    def __init__(self, bench, title, data):
        self.bench = bench
        self.report = bench.report
        self.data = data
        self.title = f"{title}: {data.title}, {data.size / 1e9:.2f} GB, pieces of {data.base} bytes"
        self.contenders = []
        self.series = {}
        self.passes("reading", "none")

    # Contenders. Each checks what it printed or wrote.

    def add(self, name, command, check=lambda _: None, stdin=None, clear=None):
        def measure():
            if clear and os.path.exists(clear):
                os.unlink(clear)
            with open(stdin or os.devnull) as file:
                cost, text = run(command, stdin=file)
            check(text)
            return cost
        self.contenders.append((name, measure))

    def ours(self, hashes, jobs, names):
        """The command that prints `FILES BYTES FOLDED`, of all digests that evp-passes folds."""
        return [
            self.bench.options.tool, "digest", "--piece-size", str(self.data.base),
            "--hashes", hashes, "--jobs", str(jobs), "--fold",
            "--files-from", names, "--root", self.data.root]

    def add_ours(self, hashes):
        """With one job and two."""
        if self.bench.options.peers_only:
            return
        for jobs in (1, 2):
            command = self.ours(hashes, jobs, self.data.names)
            self.add(
                f"archive-tool digest --jobs {jobs}", command,
                lambda text: self.expect(self.data.fold_of(text), hashes))

    def passes(self, name, hashes):
        command = [
            self.bench.options.passes, "--hashes", hashes, str(self.data.base), self.data.root]
        self.add(
            name, command, lambda text: self.expect(self.data.fold_of(text), hashes),
            stdin=self.data.names)

    def mktorrent(self):
        length = str(self.data.base.bit_length() - 1)
        command = ["mktorrent", "-a", "http://localhost/", "-d", "-l", length]
        for count in (1, 2):
            self.torrent(f"mktorrent -t {count}", [*command, "-t", str(count), "-o"])

    def transmission(self):
        size = str(self.data.base >> 10)
        self.torrent("transmission-create", ["transmission-create", "-s", size, "-o"])

    def libtorrent(self):
        output = f"{self.bench.scratch}/hybrid.torrent"
        self.add(
            "libtorrent, hybrid",
            [PYTHON, f"{HERE}/hybrid.py", self.data.source, str(self.data.base), output],
            lambda _: self.data.check_torrent(output, True, self.bench.options.passes),
            clear=output)

    def torrent(self, name, command):
        output = f"{self.bench.scratch}/v1.torrent"
        self.add(
            name, [*command, output, self.data.source],
            lambda _: self.data.check_torrent(output, False, self.bench.options.passes),
            clear=output)

    def checksums(self, *command):
        script = 'cd "$1" && p=$2 n=$3 && shift 3 && exec xargs -d "\\n" -n 1500 -P $p -a "$n" "$@"'

        def check(text):
            # Of processes side by side the lines are mixed.
            digests = re.findall(rb"\b[0-9a-f]{64}\b", text)
            self.expect(fold(bytes.fromhex(digest.decode()) for digest in digests), "file")
        for count in (1, 2):
            self.add(
                f"xargs -P {count} {' '.join(command)}",
                ["sh", "-c", script, "sh", self.data.root, str(count), self.data.names, *command],
                *([check] if count == 1 else []))

    def expect(self, found, hashes):
        wanted = self.data.folded(self.bench.options.passes, hashes)
        if found != wanted:
            raise Failed(f"{self.title}: digests fold to {found}, by libcrypto to {wanted}")

    # Figures

    def measure(self):
        self.series = {name: Series(name) for name, _ in self.contenders}
        # Into the page cache.
        self.contenders[0][1]()
        for _ in self.bench.rounds:
            for name, measure in self.contenders:
                self.series[name].add(measure())
        self.report.section(self.title)
        for series in self.series.values():
            self.report.row(series)

    def our(self, jobs):
        return self.series.get(f"archive-tool digest --jobs {jobs}")

    def compare(self, *peers, least=None):
        """How many times what ours takes the cheapest of the peers does, and the quickest."""
        one, two = self.our(1), self.our(2)
        if not one:
            return
        cpu, wall = self.cheapest(*peers), self.cheapest(*peers, measure="wall")
        self.report.result(f"{cpu.name} / ours, CPU", cpu.cpu / one.cpu, least=least)
        self.report.result(f"{wall.name} / ours --jobs 2, wall", wall.wall / two.wall)

    def cheapest(self, *names, measure="cpu"):
        return min((self.series[name] for name in names), key=lambda one: one.median(measure))

    def own(self):
        one, two = self.our(1), self.our(2)
        if not one:
            return
        reading = self.series["reading"].cpu
        self.report.result("ours, GB per CPU second", self.data.size / one.cpu / 1e9)
        self.report.result("reading / ours, CPU", reading / one.cpu)
        self.report.result("ours --jobs 1 / ours --jobs 2, wall", one.wall / two.wall)
        self.report.result("ours --jobs 2, peak", two.peak / 1e6, goal=64, unit=" MB")


def measure_v1(bench):
    """SHA-1 of each piece and nothing else."""
    for data in (bench.many, bench.large):
        part = Part(bench, "v1: SHA-1 of pieces", data)
        part.add_ours("sha1")
        part.mktorrent()
        part.transmission()
        part.measure()
        part.compare("mktorrent -t 1", "mktorrent -t 2", least=2.2)
        part.compare("transmission-create", least=2.2)
        part.own()


def measure_hybrid(bench):
    """SHA-1 of each piece and the trees of BEP 52."""
    for data in (bench.many, bench.large):
        part = Part(bench, "v1 and v2: SHA-1 of pieces, trees", data)
        part.add_ours("sha1,btmh")
        part.libtorrent()
        part.measure()
        part.compare("libtorrent, hybrid", least=3)
        part.own()


def measure_all(bench):
    """All that is published, beside a pass of libcrypto for each, and beside SHA-1 alone."""
    for data, least, most in ((bench.many, 2.4, 1.35), (bench.large, 1.9, None)):
        part = Part(bench, "All: SHA-256 of file and pieces, SHA-1 of pieces, trees", data)
        part.add_ours("file,sha256,sha1,btmh")
        part.passes("evp-passes", "file,sha256,sha1,btmh")
        part.mktorrent()
        part.measure()
        part.compare("evp-passes", least=least)
        if part.our(1):
            ratio = part.our(1).cpu / part.cheapest("mktorrent -t 1", "mktorrent -t 2").cpu
            bench.report.result("ours / SHA-1 alone by mktorrent, CPU", ratio, goal=most)
            if most:
                bench.report.result("the same, to be wished for", ratio, goal=1)
        part.own()


def measure_files(bench):
    """SHA-256 of each file and nothing else."""
    part = Part(bench, "SHA-256 of files", bench.many)
    part.add_ours("file")
    part.checksums("openssl", "dgst", "-sha256")
    part.checksums("sha256sum")
    part.measure()
    for command, least in (("openssl dgst -sha256", 2), ("sha256sum", None)):
        part.compare(f"xargs -P 1 {command}", f"xargs -P 2 {command}", least=least)
    part.own()


def measure_reading(bench):
    """The ways to read, of files in the page cache and of files that are on the disk alone."""
    ways = ("pread", "ahead", "mmap", "direct")
    for data in (bench.many, bench.large):
        for state in ("in the page cache", "on the disk"):
            bench.report.section(f"Reading: {data.title}, {data.size / 1e9:.2f} GB, {state}")
            series = {way: Series(way) for way in ways}
            said = set()
            for _ in bench.rounds:
                for way in ways:
                    # The one that reads past the cache does not fill it for the next.
                    bench.read(data, "evict" if state == "on the disk" else "pread")
                    cost, text = bench.read(data, way)
                    series[way].add(cost)
                    said.add(text)
            if len(said) != 1:
                raise Failed(f"what was read differs: {said}")
            for one in series.values():
                bench.report.row(one)


PARTS = {
    "v1": measure_v1, "hybrid": measure_hybrid, "all": measure_all, "files": measure_files,
    "reading": measure_reading,
}

if __name__ == "__main__":
    sys.exit(main())

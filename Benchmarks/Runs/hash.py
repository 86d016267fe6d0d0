# SPDX-License-Identifier: Apache-2.0
"""Measures whole runs of `archive-tool hash`, each beside a peer, in turns.

The archives are made in DIR at first use, 10 GB for 60000 packages, and stay for the next time.
"""

import os
import shutil
import subprocess
import sys

from command import BenchBase, add_directory, add_passes, make_parser, run_parts
from measuring import Failed, Series, run
from tree import INDEX, Tree


def main():
    parser = make_parser("hash", __doc__, SCENARIOS)
    add_directory(parser)
    add_passes(parser)
    parser.add_argument("--packages", type=int, default=60000, help="(default: 60000)")
    return run_parts(parser.parse_args(), SCENARIOS, Bench)


class Bench(BenchBase):
    """The trees, which are made when first asked for, and the report."""

    def __init__(self, options, scratch):
        super().__init__(options, scratch)
        self.trees = {}
        self.homes = []

    def tree(self, name, *generator_options):
        if name not in self.trees:
            path = os.path.abspath(f"{self.options.dir}/{name}")
            # The sockets in a GNUPGHOME need a short name.
            home = f"{self.scratch}/{name}"
            os.symlink(f"{path}/keys", home)
            self.homes.append(home)
            environment = dict(os.environ, GNUPGHOME=home, LC_ALL="C")
            tool = os.path.abspath(self.options.tool)
            self.trees[name] = Tree(path, tool, environment, generator_options)
        return self.trees[name]

    @property
    def large(self):
        count = self.options.packages
        # The same share of the real sizes, however many packages.
        limit = str(count * 50_000)
        return self.tree(
            f"large-{count}", "--packages", str(count), "--bytes", limit, "--bzip2")

    def end(self):
        for home in self.homes:
            subprocess.run(
                ["gpgconf", "--homedir", home, "--kill", "all"], stderr=subprocess.DEVNULL)

    def extended(self, tree):
        """The overlay's index, decompressed, and its forms' sizes."""
        index = f"{tree.path}/out/{INDEX}"
        plain = f"{self.scratch}/Packages"
        with open(plain, "wb") as file:
            subprocess.run(["xz", "-dc", f"{index}.xz"], check=True, stdout=file)
        return plain, {form: os.path.getsize(f"{index}.{form}") for form in ("xz", "gz")}

    def compress(self, series, command, plain):
        """Measures a compressor over a file; how many bytes came out."""
        target = f"{self.scratch}/compressed"
        cost, _ = run(["sh", "-c", f'{command} <"$1" >"$2"', "sh", plain, target])
        series.add(cost)
        return os.path.getsize(target)


def measure_first(bench):
    """Nothing known: all files read, all blocks compressed."""
    tree, report = bench.large, bench.report
    files = len(tree.files)
    first, again = Series("first run"), Series("published anew, nothing hashed")
    for _ in bench.rounds:
        tree.forget()
        first.add(tree.hash(expect={"filesHashed": files, "published": True}))
        tree.forget_published()
        again.add(tree.hash(expect={"filesHashed": 0, "published": True}))
    size = sum(size for _, size in tree.files)
    report.section(f"First run: {files} packages, {size / 1e9:.2f} GB")
    for series in (first, again):
        report.row(series)
    report.result("CPU of hashing, with the ledger's rows", first.cpu - again.cpu, unit=" s")
    growth(tree, report)


def growth(tree, report):
    """How much larger than the archive's own the extended index is, plain and in each form."""
    index = tree.report["indices"][0]
    plain = index["plainAfter"] / index["plainBefore"]
    report.result("extended index / index, plain", plain)
    for form in sorted(index["before"]):
        ratio = index["after"][form] / index["before"][form]
        report.result(f"extended index / index, {form}", ratio)


def measure_small(bench):
    """Nothing changed, and one package of all."""
    tree, report = bench.large, bench.report
    tree.hash()
    tree.save("before")
    tree.generate("--change", "1")
    one, none = Series("one package changed"), Series("nothing changed")
    xz = Series("xz -dc Packages.xz | wc -c")
    index = f"{tree.archive}/{INDEX}.xz"
    for _ in bench.rounds:
        tree.restore("before")
        one.add(tree.hash(expect={"filesHashed": 1, "published": True}))
        none.add(tree.hash(expect={"filesHashed": 0, "published": False}))
        xz.add(run(["sh", "-c", 'xz -dc "$1" | wc -c', "sh", index])[0])
    opened = len(tree.opened_files())
    tree.restore("before")
    # Shows that the count counts.
    opened_for_one = len(tree.opened_files())
    report.section(f"Nothing changed, one changed: {len(tree.files)} packages")
    for series in (none, xz, one):
        report.row(series)
    report.result("nothing changed / xz, wall", none.wall / xz.wall, goal=1.5)
    report.result("nothing changed / xz, CPU", none.cpu / xz.cpu)
    report.result("peak, nothing changed", none.peak / 1e6, goal=150, unit=" MB")
    report.result("pool files opened, nothing changed", opened, goal=0)
    report.result("pool files opened, one changed", opened_for_one)
    report.result("one changed / nothing changed, wall", one.wall / none.wall, goal=3)
    report.result("one changed / nothing changed, CPU", one.cpu / none.cpu)


def measure_many(bench):
    """As many as a day changes: 250 of 60000, so spread that few blocks stay as they were."""
    tree, report = bench.large, bench.report
    count = max(1, bench.options.packages // 240)
    tree.hash()
    tree.save("before")
    tree.generate("--change", str(count))
    many, one_job = Series(f"{count} packages changed"), Series(f"{count} changed, --jobs 1")
    xz, gzip = Series("xz -6 -T1"), Series("gzip -9n")
    for _ in bench.rounds:
        for series, options in ((many, []), (one_job, ["--jobs", "1"])):
            tree.restore("before")
            series.add(tree.hash(*options, expect={"filesHashed": count, "published": True}))
        index = tree.report["indices"][0]
        plain, ours = bench.extended(tree)
        theirs = {
            "xz": bench.compress(xz, "xz -6 -T1", plain),
            "gz": bench.compress(gzip, "gzip -9n", plain)}
    report.section(f"{count} of {len(tree.files)} packages changed, spread evenly")
    for series in (many, one_job, xz, gzip):
        report.row(series)
    report.result("run / xz, CPU", many.cpu / xz.cpu, goal=0.45)
    report.result("run with --jobs 1 / xz, CPU", one_job.cpu / xz.cpu)
    report.result("run / (xz + gzip), CPU", many.cpu / (xz.cpu + gzip.cpu))
    report.result("run / xz, wall", many.wall / xz.wall)
    report.result("blocks", index["blocks"])
    report.result("blocks compressed, over all forms", index["compressedBlocks"])
    report.result("our .xz / xz -6", ours["xz"] / theirs["xz"], goal=1.06)
    report.result("our .gz / gzip -9", ours["gz"] / theirs["gz"])


def measure_hashing(bench):
    """The hashing alone, beside one pass of libcrypto a digest."""
    count = str(max(20, bench.options.packages // 60))
    hashing_over(bench, bench.tree(f"real-sizes-{count}", "--packages", count, "--bytes", "1T"))
    hashing_over(bench, bench.large)


def hashing_over(bench, tree):
    """A run after every file got a new time reads them all and publishes nothing."""
    report, files = bench.report, tree.files
    size = sum(size for _, size in files)
    base = str(tree.made["pieceSize"])
    names = f"{bench.scratch}/names"
    with open(names, "w") as file:
        file.writelines(f"{name}\n" for name, _ in files)
    all_read, none = Series("all files read anew, --jobs 1"), Series("nothing changed, --jobs 1")
    both, peer = Series("all files read anew"), Series("evp-passes")
    tree.hash()
    for _ in bench.rounds:
        for series, options in ((all_read, ["--jobs", "1"]), (both, [])):
            tree.touch()
            series.add(tree.hash(*options, expect={"filesHashed": len(files), "published": False}))
        none.add(tree.hash("--jobs", "1", expect={"filesHashed": 0, "published": False}))
        with open(names) as file:
            cost, text = run([bench.options.passes, base, tree.archive], stdin=file)
        peer.add(cost)
        if text.split()[:2] != [str(len(files)).encode(), str(size).encode()]:
            raise Failed(f"evp-passes read something else: {text}")
    report.section(f"Hashing: {len(files)} files, {size / 1e9:.2f} GB, base piece size {base}")
    for series in (all_read, both, none, peer):
        report.row(series)
    ours = all_read.cpu - none.cpu
    report.result("hashing / evp-passes, CPU", ours / peer.cpu)
    report.result("hashing, GB per CPU second", size / ours / 1e9)
    report.result("evp-passes, GB per CPU second", size / peer.cpu / 1e9)
    report.result("all processors / evp-passes, wall", both.wall / peer.wall)


def measure_memory(bench):
    """The peak of a first run, with a file of 1.5 GB and without."""
    report = bench.report
    options = ("--packages", "200", "--bytes", "300M")
    trees = {
        "first run": bench.tree("small-files", *options),
        "first run, one file of 1.5 GB": bench.tree("large-file", *options, "--largest", "1.5G"),
    }
    rows = {name: Series(name) for name in trees}
    for _ in bench.rounds:
        for name, tree in trees.items():
            tree.forget()
            rows[name].add(tree.hash(expect={"filesHashed": 200, "published": True}))
    report.section("Peak memory: 200 packages")
    for series in rows.values():
        report.row(series)
    without, with_file = rows.values()
    report.result("more with the large file", (with_file.peak - without.peak) / 1e6, unit=" MB")


def measure_bzip2(bench):
    """In place, where Release lists bz2: one stream, no blocks, so no cache helps."""
    tree, report = bench.large, bench.report
    tree.hash()
    tree.save("beside", "state", "archive/dists")
    in_place, bzip2 = Series("in place, xz and gz from the cache"), Series("bzip2 -9")
    try:
        for _ in bench.rounds:
            tree.restore("beside", "state", "archive/dists")
            in_place.add(
                tree.hash("--publish", "in-place", expect={"filesHashed": 0, "published": True}))
            plain, _ = bench.extended(tree)
            bench.compress(bzip2, "bzip2 -9", plain)
    finally:
        tree.restore("beside", "state", "archive/dists")
    report.section(f"In place with bz2: {len(tree.files)} packages")
    for series in (in_place, bzip2):
        report.row(series)
    report.result("run / bzip2, CPU", in_place.cpu / bzip2.cpu)


def measure_objects(bench):
    """A torrent and a metalink of every package, from the ledger alone."""
    tree, report = bench.large, bench.report
    files = len(tree.files)
    config = tree.configure("Torrent-If: any", f"Torrent-Web-Seeds: {SEED}")
    tree.hash(config=config)
    without, with_all = Series("published anew"), Series("published anew, objects of all")
    torrents, peer = Series("archive-tool torrent '*'"), Series("mktorrent, 1000 of them")
    target = f"{tree.path}/torrents"
    sample = f"{bench.scratch}/sample"
    with open(sample, "w") as file:
        file.writelines(f"{tree.archive}/{name}\n" for name, _ in tree.files[::files // 1000][:1000])
    length = max(15, tree.made["pieceSize"].bit_length() - 1)
    one = f'mktorrent -l {length} -a {SEED} -w {SEED} -o "$1/${{file##*/}}" "$file" >/dev/null'
    for _ in bench.rounds:
        for series, options in ((without, {}), (with_all, {"config": config})):
            tree.forget_published()
            shutil.rmtree(f"{tree.path}/state/objects", ignore_errors=True)
            series.add(tree.hash(**options, expect={"filesHashed": 0, "published": True}))
        if tree.report["objects"]["made"] != files:
            raise Failed(f"objects of {tree.report['objects']['made']} of {files} files")
        series_of_directories = (
            (torrents, [
                tree.tool, "torrent", "*", "--config", config, "--suite", "bench", "--quiet",
                "--directory", target]),
            (peer, ["sh", "-c", f'while read -r file; do {one}; done <"$2"', "sh", target, sample]))
        for series, command in series_of_directories:
            shutil.rmtree(target, ignore_errors=True)
            os.makedirs(target)
            os.sync()
            series.add(run(command, tree.environment)[0])
            made = len(os.listdir(target))
            if made != (files if series is torrents else 1000):
                raise Failed(f"{series.name}: {made} torrents")
    shutil.rmtree(target)
    report.section(f"Objects of {files} packages, from the ledger alone")
    for series in (without, with_all, torrents, peer):
        report.row(series)
    report.result("objects of all, wall", with_all.wall - without.wall, goal=30, unit=" s")
    report.result("objects of all, CPU", with_all.cpu - without.cpu, unit=" s")
    report.result("more at the peak for them", (with_all.peak - without.peak) / 1e6, unit=" MB")
    report.result("torrents alone, wall", torrents.wall, goal=30, unit=" s")
    report.result("torrents alone, peak", torrents.peak / 1e6, goal=200, unit=" MB")
    report.result(
        "torrents / mktorrent, CPU each", torrents.cpu / files / (peer.cpu / 1000))


SEED = "http://mirror.example/debian/"

# In this order: reading all files anew makes saved states worthless.
SCENARIOS = {
    "first": measure_first, "small": measure_small, "many": measure_many, "bzip2": measure_bzip2,
    "objects": measure_objects, "hashing": measure_hashing, "memory": measure_memory,
}

if __name__ == "__main__":
    sys.exit(main())

# SPDX-License-Identifier: Apache-2.0
"""What the commands that measure have in common: options, order, and how they end."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile

from measuring import Failed
from report import Report
from tree import HERE


class BenchBase:
    """What is measured with, for as long as a command runs."""

    def __init__(self, options, scratch):
        self.options = options
        self.rounds = range(options.rounds)
        self.scratch = scratch
        self.report = Report()

    def prepare(self):
        """Before the first part."""

    def end(self):
        """After the last, and when one has failed."""


def make_parser(name, description, parts):
    parser = argparse.ArgumentParser(
        prog=f"Benchmarks/run {name}", description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--tool", default=f"{HERE}/../../.build/release/archive-tool",
        help="the program (default: this package's release build)")
    parser.add_argument("--rounds", type=int, default=5, help="(default: 5)")
    parser.add_argument("--json", metavar="FILE", help="write every single figure to FILE")
    parser.add_argument(
        "--only", action="append", choices=list(parts), help="a part; may be repeated")
    return parser


def add_directory(parser):
    parser.add_argument("dir", metavar="DIR", nargs="?", default=f"{HERE}/../.build/archives")


def add_passes(parser):
    parser.add_argument(
        "--passes", default=f"{HERE}/../.build/release/evp-passes", help=argparse.SUPPRESS)


def run_parts(options, parts, make_bench):
    """Measures `parts`, functions by name, or those that were asked for; the exit status."""
    # So that what was started is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["BENCH_SCRATCH"] = scratch
        bench = make_bench(options, scratch)
        try:
            bench.prepare()
            for name in options.only or parts:
                parts[name](bench)
        except (Failed, subprocess.CalledProcessError) as failure:
            print(f"Benchmarks/run: {failure}", file=sys.stderr)
            return 70
        finally:
            bench.end()
        if options.json:
            bench.report.write(options.json)
    return 0

# SPDX-License-Identifier: Apache-2.0
"""A large archive with its ledger and overlay, and the states these are brought back to."""

import json
import os
import re
import shutil
import subprocess

from measuring import Failed, run

HERE = os.path.dirname(os.path.abspath(__file__))
INDEX = "dists/bench/main/binary-amd64/Packages"


class Tree:
    """One directory that make-large-archive filled."""

    def __init__(self, path, tool, environment, options):
        self.path = path
        self.tool = tool
        self.environment = environment
        self.generate(*options)

    # The archive

    def generate(self, *options):
        command = [f"{HERE}/../make-large-archive", *options, self.path]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
        with open(f"{self.path}/made.json") as file:
            self.made = json.load(file)

    @property
    def archive(self):
        return f"{self.path}/archive"

    @property
    def files(self):
        """The names of the pool's files, and their sizes."""
        with open(f"{self.path}/contents") as file:
            rows = (line.split("\t") for line in file)
            return [(name, int(size)) for name, size, *_ in rows]

    def touch(self):
        """Gives every file of the pool a new time, so that it has to be read again."""
        for name, _ in self.files:
            os.utime(f"{self.archive}/{name}")

    # Ledger and overlay

    def forget(self):
        """Removes all that earlier runs left."""
        for name in ("state", "out"):
            shutil.rmtree(f"{self.path}/{name}", ignore_errors=True)

    def forget_published(self):
        """Removes what was published and all compressed blocks; the ledger stays."""
        for name in ("state/blocks", "out"):
            shutil.rmtree(f"{self.path}/{name}", ignore_errors=True)

    def save(self, label, *names):
        for name in names or ("state", "out"):
            copy(f"{self.path}/{name}", f"{self.path}/saved/{label}/{name}")

    def restore(self, label, *names):
        for name in names or ("state", "out"):
            copy(f"{self.path}/saved/{label}/{name}", f"{self.path}/{name}")

    # Runs

    def configure(self, *lines):
        """Another configuration, with `lines` after those of the archive's own; its path."""
        with open(f"{self.path}/archive-tool.conf") as file:
            text = file.read()
        with open(f"{self.path}/other.conf", "w") as file:
            file.write(text + "".join(f"{line}\n" for line in lines))
        return file.name

    def command(self, *options, config=None):
        return [
            self.tool, "hash", "--config", config or f"{self.path}/archive-tool.conf", "--json",
            *options]

    def hash(self, *options, config=None, expect=None):
        """One run; `expect` are members of its report that must be so."""
        # What was copied must not be written back at this run's expense.
        os.sync()
        cost, text = run(self.command(*options, config=config), self.environment)
        report = json.loads(text)["suites"][0]
        for key, value in (expect or {}).items():
            if report[key] != value:
                raise Failed(f"{self.path}: {key} is {report[key]}, should be {value}")
        self.report = report
        return cost

    def opened_files(self, *options):
        """Names of the files of the pool that a run opens."""
        trace = os.environ["BENCH_SCRATCH"] + "/trace"
        subprocess.run(
            ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=open,openat,openat2", "-o", trace]
            + self.command(*options),
            env=self.environment, check=True, stdout=subprocess.DEVNULL)
        with open(trace, errors="replace") as file:
            return set(re.findall(r'"[^"]*(pool/[^"]+)"', file.read()))


def copy(source, target):
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    subprocess.run(["cp", "-a", source, target], check=True)

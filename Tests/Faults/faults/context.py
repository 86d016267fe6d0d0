# SPDX-License-Identifier: Apache-2.0
"""What all cases share: the program, the shim, keys, scratch space, how much is wanted."""

import os
import pathlib
import random
import shutil
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from . import archive, program

# What all places of a full run take.
ROOM = 1 << 30


class Context:
    """The program, and all that it is tried with."""

    def __init__(self, tool, full, seed, every=1):
        self.full = full
        self.every = every
        self.random = random.Random(seed)
        self.seed = seed
        # Mostly they wait for gpg; but each has a place of its own that has to be prepared first.
        self.workers = (os.cpu_count() or 1) * (2 if full else 1)
        # In memory where that is possible: thousands of small trees are made and removed.
        memory = pathlib.Path("/dev/shm")
        roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
        base = memory if roomy else None
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="archive-faults.", dir=base))
        made = program.build(self.scratch)
        self.load = made["load"]
        self.keys = archive.Keys(self.scratch)
        self.program = program.Program(tool, self.scratch, made["shim"], self.keys)

    def amount(self, short, full):
        """How much of something is tried; none stands for all there is. Of a number `every` makes
        a part."""
        if not self.full:
            return short
        return max(short, full // self.every) if isinstance(full, int) else full

    def close(self):
        for daemon in self.program.daemons:
            if daemon.is_running():
                daemon.stop()
        self.keys.close()
        shutil.rmtree(self.scratch, ignore_errors=True)


class Mirror:
    """The seeder, serving an archive that was published, with an overlay."""

    def __init__(self, context, name="mirror", fields="", arguments=(), fault=None, before=(),
                 wait=True):
        self.archive = archive.Archive(
            context.scratch / name, context.keys, fields="Retire-Limit: 100\n" + fields)
        self.archive.publish()
        outcome = context.program.run("hash", "--config", self.archive.configuration)
        if outcome.status != 0:
            raise RuntimeError(f"cannot make a mirror: {outcome}")
        self.daemon = context.program.start(
            "seed", "--config", self.archive.configuration, "--http", "127.0.0.1:0", *arguments,
            fault=fault, before=before)
        self.url = self.daemon.address("listening on ").rstrip("/")
        self.address = urllib.parse.urlsplit(self.url).netloc
        if wait:
            self.wait_for_catalog()

    def wait_for_catalog(self, timeout=30):
        """Until what the ledger says is known, so that files have their last ETag."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            try:
                url = f"{self.url}/content/sha256/{archive.FIRST[0].sha256}"
                with urllib.request.urlopen(url, timeout=timeout) as answer:
                    answer.read()
                    return
            except urllib.error.HTTPError:
                time.sleep(0.05)
        raise RuntimeError("the seeder never knew the ledger")

    def stop(self):
        return self.daemon.stop()

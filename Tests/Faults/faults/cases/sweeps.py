# SPDX-License-Identifier: Apache-2.0
"""Faults at every write, read and open of every command."""

import re

from .. import archive, reading, ways
from ..context import Mirror
from ..program import Fault
from ..rows import Judge, Row
from ..sweep import Sweep

SEED = "http://mirror.example/debian"
PACKAGES = [package.name for package in archive.FIRST]


def _ways(context):
    """Every command that writes, by name, made when it is wanted."""
    return {
        "hash, the first run": lambda: ways.HashWay(context, "hash, the first run"),
        "hash, an update": lambda: ways.HashWay(context, "hash, an update", update=True),
        "hash in place, the first run": lambda: ways.HashWay(
            context, "hash in place, the first run", in_place=True),
        "hash in place, an update": lambda: ways.HashWay(
            context, "hash in place, an update", in_place=True, update=True),
        "hash without a ledger": lambda: ways.HashWay(
            context, "hash without a ledger", known=False),
        "hash --follow, the first run": lambda: ways.FollowWay(
            context, "hash --follow, the first run"),
        "hash --follow, an update": lambda: ways.FollowWay(
            context, "hash --follow, an update", update=True),
        "promote": lambda: ways.PromoteWay(context, "promote"),
        "rebuild-ledger": lambda: ways.RebuildWay(context, "rebuild-ledger"),
        "verify": lambda: ways.VerifyWay(context, "verify"),
        "verify --repair": lambda: ways.VerifyWay(context, "verify --repair", repair=True),
        "torrent": lambda: ways.FilesWay(
            context, "torrent", ["torrent", *PACKAGES, "--web-seed", SEED]),
        "torrent of a set": lambda: ways.FilesWay(
            context, "torrent of a set",
            ["torrent", *PACKAGES, "--set", "all", "--web-seed", SEED]),
        "metalink": lambda: ways.FilesWay(
            context, "metalink", ["metalink", *PACKAGES, "--mirror", SEED]),
        "fetch": lambda: ways.FetchWay(context, "fetch", _mirror(context)),
        "track, snapshot": lambda: ways.TrackWay(context),
    }


# What a short run tries.
SHORT = ("hash, an update", "fetch")
KILLED_ALONE = ("hash without a ledger", "hash in place, the first run", "track, snapshot")
# What it kills: a command of each kind.
KILLED = SHORT + ("hash in place, an update", "torrent")


def _mirror(context):
    if not hasattr(context, "mirror"):
        context.mirror = Mirror(context)
    return context.mirror


def sweep(context, name):
    sweeps = context.__dict__.setdefault("sweeps", {})
    if name not in sweeps:
        sweeps[name] = Sweep(context, _ways(context)[name]())
    return sweeps[name]


def names(context):
    """The ways of this run, without those that differ only where a run that is killed does."""
    return [name for name in _ways(context) if name not in KILLED_ALONE] if context.full else SHORT


def row(context, case, kind, name, short, full=None):
    return sweep(context, name).run(case, kind, context.amount(short, full))


def kill(context):
    """kill -9 in the middle of every write of every command that writes."""
    yield _nothing_passes_by(context)
    yield from _write_nothing(context)
    for name in _ways(context) if context.full else KILLED:
        yield row(context, "kill", "kill", name, 3)


# Every call that changes a file or directory, but opens: of them the kernel does not say here
# whether they made one.
CHANGING = {
    "write", "writev", "pwrite64", "pwritev", "pwritev2", "ftruncate", "truncate", "fallocate",
    "copy_file_range", "sendfile", "splice", "fsync", "fdatasync", "syncfs", "msync",
    "sync_file_range", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat",
    "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat", "mknod", "mknodat", "fchmod", "chmod",
    "fchmodat", "utimensat", "setxattr", "fsetxattr"}
# gpg writes these, in a process of its own.
FOREIGN = re.compile(r"/(InRelease|Release\.gpg)\b")


def _nothing_passes_by(context):
    """What the shim counts is what the kernel sees, so no write is left out of a sweep."""
    seen = counted = 0
    commands = context.amount(("hash, an update",), KILLED)
    for name in commands:
        one = sweep(context, name)
        with one.place() as place:
            calls, trace = context.scratch / "strace", context.scratch / "trace"
            trace.unlink(missing_ok=True)
            # Both in one run, because threads do not do the same each time.
            one.way.run(place, Fault(paths=(place,), trace=trace), before=[
                "strace", "-f", "-qq", "-y", "-s", "0", "-o", calls, "-e", "trace=%file,%desc"])
            for line in calls.read_text(errors="replace").splitlines():
                match = re.match(r"\d+ +(\w+)\(", line)
                if match and match[1] in CHANGING and str(place) in line:
                    seen += not FOREIGN.search(line)
            for line in trace.read_text().splitlines():
                _, call, path = line.split(" ", 2)
                counted += call != "create" and not FOREIGN.search(path)
    return Row("kill", "writes that the shim does not see", "; ".join(commands), seen,
               abs(seen - counted), f"strace sees {seen}, the shim {counted}")


# Commands that only look.
LOOKING = (
    ["show", "canon"], ["piece-sizes", "--suite", archive.SUITE], ["hash", "--dry-run"],
    ["magnet", *PACKAGES], ["torrent", *PACKAGES, "--dry-run"],
    ["metalink", *PACKAGES, "--dry-run"])


def _write_nothing(context):
    """Commands that only look change nothing, so there is nothing in them to be killed."""
    way = ways.FilesWay(context, "looking", ())
    place = context.scratch / "looking"
    way.prepare(place)
    judge, trace = Judge("looking"), context.scratch / "looking.trace"
    before = reading.tree(place)
    for arguments in LOOKING:
        outcome = context.program.run(
            *arguments, "--config", place / "archive-tool.conf",
            fault=Fault(paths=(place,), trace=trace))
        judge.expect(outcome.status == 0, f"{arguments[0]}: {outcome}")
    judge.expect(reading.tree(place) == before, "something is different")
    # SQLite makes these two for whoever reads, and removes them behind him.
    passing = re.compile(r"/ledger.sqlite-(wal|shm)$| fdatasync .*/state$")
    written = sum(not passing.search(line) for line in trace.read_text().splitlines())
    judge.expect(not written, f"{written} calls write")
    names = ", ".join(dict.fromkeys(words[0] for words in LOOKING))
    yield Row("kill", "commands that only look write nothing", names, len(LOOKING),
              len(judge.defects), "but SQLite's files for readers, which it removes", {},
              judge.defects)


def writes(context):
    """An error of the disk at every write, sync, rename and removal."""
    for name in names(context):
        yield row(context, "writes", "eio", name, 2)


def reads(context):
    """An error of the disk at every read of pool, indices, ledger and caches."""
    for name in names(context):
        yield row(context, "reads", "read", name, 2)


def opens(context):
    """No descriptor left at every open."""
    for name in names(context):
        yield row(context, "descriptors", "descriptors", name, 2)


def interruptions(context):
    """SIGTERM and SIGHUP at every write."""
    for kind in ("term", "hup"):
        for name in names(context):
            yield row(context, "signals", kind, name, 1, 60)

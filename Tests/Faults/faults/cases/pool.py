# SPDX-License-Identifier: Apache-2.0
"""Files of the pool that change while they are read."""

import itertools
import os
import signal
import sqlite3

from .. import archive, reading, ways
from ..program import Fault
from ..rows import Judge, Row
from ..sweep import Sweep, spread


def _replace(path):
    """Another file of the same size takes the name, as a mirror sync does it."""
    new = path.with_suffix(".sync")
    new.write_bytes(bytes(byte ^ 0x5A for byte in path.read_bytes()))
    new.rename(path)


def _truncate(path):
    os.truncate(path, path.stat().st_size // 2)


def _append(path):
    with open(path, "ab") as file:
        file.write(b"more")


def _flip(path):
    """A bit at the start, in the middle, and at the end, in place."""
    with open(path, "r+b") as file:
        size = path.stat().st_size
        for offset in (0, size // 2, size - 1):
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1]))


def _flip_unnoticed(path):
    """The same, and the times are set back: only ctime tells."""
    status = path.stat()
    _flip(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _remove(path):
    path.unlink()


CHANGES = {
    "a file is replaced by another": _replace, "a file is cut to half": _truncate,
    "a file grows": _append, "bits of a file are flipped": _flip,
    "bits are flipped and mtime is set back": _flip_unnoticed, "a file is removed": _remove}


def change(context):
    """A file of the pool changes while `hash` reads it: it is stopped at each read, the file
    changed, and let go on."""
    sweep = Sweep(context, ways.HashWay(context, "hash, the first run"))
    with sweep.place() as place:
        reads = sweep.way.run(place, Fault(paths=(place / "archive" / "pool",), calls="read")).count
    with sweep.place() as place:
        sweep.way.run(place, None)
        truth = _contents(place / "state")
        for name, how in CHANGES.items():
            numbers = spread(reads, reads // context.every if context.full else 1)
            defects, statuses = [], set()
            for number in numbers:
                judge = Judge(f"{name} at read {number}")
                statuses.add(_try(context, sweep, place, number, how, truth, judge))
                defects += judge.defects
            yield Row("pool", f"{name} while it is read", "hash", len(numbers),
                      len(defects), "ended with " + ", ".join(map(str, sorted(statuses))), {},
                      defects)


def _try(context, sweep, place, number, how, truth, judge):
    sweep.restore(place)
    trace = context.scratch / "pool.trace"
    trace.unlink(missing_ok=True)
    pool = place / "archive" / "pool"
    run = context.program.begin(
        "hash", "--config", place / "archive-tool.conf",
        fault=Fault((pool,), "signal", number, "read", signal.SIGSTOP, trace))
    stopped = run.wait_stopped()
    if stopped:
        path = type(place)(trace.read_text().splitlines()[-1].split(" ", 2)[2])
        original = path.read_bytes()
        how(path)
        run.go_on()
    outcome = run.finish()
    judge.expect(outcome.status in (0, 65, 75), f"ended with {outcome}")
    if outcome.status:
        judge.expect(not stopped or path.name in outcome.errors, f"names no file: {outcome}")
    made = archive.Archive(place, context.keys, fields=ways.OBJECTS)
    for defect in reading.defects(made.visible, context.keys.keyring("operator")):
        judge.expect(False, defect)
    for name, content in _contents(place / "state").items():
        judge.expect(truth.get(name) == content, f"wrong hashes of {name.hex()}")
    if stopped:
        # Put back under a new inode, as a sync does.
        new = path.with_suffix(".sync")
        new.write_bytes(original)
        new.rename(path)
    again = sweep.way.run(place, None)
    judge.expect(again.status == 0 and not again.errors, f"the next run: {again}")
    different = {key: content for key, content in _contents(place / "state").items()
                 if truth.get(key) != content}
    judge.expect(not different and len(_contents(place / "state")) == len(truth),
                 "the ledger is not what it should be in the end")
    return outcome.status


def _contents(state):
    """What the ledger says of each content: root, and every digest of its pieces."""
    database = sqlite3.connect(f"file:{state}/ledger.sqlite?mode=ro", uri=True)
    try:
        rows = database.execute(
            "SELECT content.sha256, content.size, root, piece_size, pieces.sha256, sha1, layer "
            "FROM content LEFT JOIN pieces ON content = content.id ORDER BY 1, 4").fetchall()
        return {name: list(group) for name, group in itertools.groupby(rows, lambda row: row[0])}
    finally:
        database.close()

# SPDX-License-Identifier: Apache-2.0
"""Disks that are full."""

from .. import ways
from ..rows import Judge, Row
from ..sweep import Sweep
from . import sweeps


def fill(context):
    """The disk full from every write of a command on, and a small file system that is full."""
    for name in sweeps.names(context):
        yield sweeps.row(context, "disk", "full", name, 2)
    yield _small(context)


# Runs a command with a directory of its own on a small file system, of which so many KiB are free,
# and has what is there in the end in the directory's place.
SCRIPT = """
mount -t tmpfs -o size=$2k none "$1"
cp -a "$1.before/." "$1/"
head -c 100000000 /dev/zero 2>&- >"$1/.fill" || true
truncate -s "-$3K" "$1/.fill"
directory=$1
shift 3
status=0
"$@" || status=$?
rm "$directory/.fill"
cp -a "$directory" "$directory.after"
exit $status
"""


def _small(context):
    """A true file system that is full: no shim is in between, and pages are what is counted."""
    sweep = Sweep(context, ways.HashWay(context, "hash, small disk", update=True))
    defects, statuses, tries = [], [], 0
    with sweep.place() as place:
        for directory in context.amount(("state",), ("state", "overlay")):
            for free in range(0, 400, 16 * context.every if context.full else 200):
                sweep.restore(place)
                judge = Judge(f"{directory} with {free} KiB left")
                outcome = _run(context, place / directory, free, place)
                # 69: it was gpg that found it full, and said so.
                signing = outcome.status == 69 and "No space left" in outcome.errors
                judge.expect(signing or outcome.status in (0, 74, 73), f"ended with {outcome}")
                if outcome.status:
                    named = str(place / directory) in outcome.errors
                    judge.expect(named, f"names no file: {outcome}")
                sweep.way.inspect(place, judge, sweep.before[place], sweep.undisturbed[place])
                again = sweep.way.run(place, None)
                judge.expect(again.status == 0 and not again.errors, f"the next run: {again}")
                sweep.way.compare(place, judge, sweep.undisturbed[place])
                statuses.append(outcome.status)
                tries += 1
                defects += judge.defects
    failed = sum(1 for status in statuses if status)
    return Row("disk", "0 to 384 KiB left on a small file system", "hash, an update", tries,
               len(defects), f"{failed} of these runs found it full", {"failed": failed}, defects)


def _run(context, directory, free, place):
    directory.rename(f"{directory}.before")
    directory.mkdir()
    outcome = context.program.run(
        "hash", "--config", place / "archive-tool.conf",
        before=["unshare", "--mount", "--map-root-user", "sh", "-e", "-c", SCRIPT, "sh",
                directory, "4096", str(free)])
    directory.rmdir()
    type(directory)(f"{directory}.after").rename(directory)
    return outcome

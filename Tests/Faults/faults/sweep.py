# SPDX-License-Identifier: Apache-2.0
"""One fault at every call of a command: at the first, at the second, to the last."""

import collections
import concurrent.futures
import contextlib
import os
import queue
import shutil
import signal
import sqlite3
import subprocess

from .program import Fault
from .rows import Judge, Row


def spread(total, wanted):
    """`wanted` numbers of 1...total with the first and the last, or all of them."""
    if wanted is None or wanted >= total:
        return list(range(1, total + 1))
    if wanted == 1:
        return [total]
    return sorted({1 + (total - 1) * place // (wanted - 1) for place in range(wanted)})


# For each kind: which calls, what is said of it, the statuses that it may end with. A command that
# did without what failed ends with 0, and then has done all of its work.
KINDS = {
    "kill": ("write", "kill -9 in the middle of a write", {-signal.SIGKILL}),
    # 73: SQLite could not make a file, and does not say why. 65: it takes an error of the disk for
    # a damaged ledger.
    "full": ("write", "disk full from a write on", {74, 73, 0}),
    "eio": ("write", "a write fails with EIO", {74, 73, 0}),
    "read": ("read", "a read fails with EIO", {74, 65, 0}),
    "descriptors": ("open", "no descriptor left from an open on", {71, 74, 0}),
    "term": ("write", "SIGTERM at a write", {-signal.SIGTERM, 75, 0}),
    "hup": ("write", "SIGHUP at a write", {-signal.SIGHUP, 75, 0}),
}
SHIM_KINDS = {"read": "eio", "descriptors": "emfile", "term": "signal", "hup": "signal"}
SIGNALS = {"hup": signal.SIGHUP}


class Sweep:
    """All tries of one way to run a command, with a place of its own for each worker."""

    def __init__(self, context, way):
        self.context = context
        self.way = way
        self.places = queue.Queue()
        self.undisturbed = {}
        self.before = {}
        self.totals = {}
        for number in range(context.workers):
            place = context.scratch / f"{way.name.replace(' ', '-').replace(',', '')}.{number}"
            self._prepare(place)
            self.places.put(place)

    def total(self, calls):
        """How many of these calls an undisturbed run makes."""
        if calls not in self.totals:
            with self.place() as place:
                outcome = self.way.run(place, Fault(paths=self.way.watched(place), calls=calls))
                self.totals[calls] = outcome.count
        return self.totals[calls]

    def _prepare(self, place):
        self.way.prepare(place)
        os.rename(place, f"{place}.saved")
        self.restore(place)
        self.before[place] = self.way.result(place)
        outcome = self.way.run(place, Fault(paths=self.way.watched(place)))
        if outcome.status != 0:
            raise RuntimeError(f"{self.way.name}: undisturbed, it ends with {outcome}")
        self.totals["write"] = outcome.count
        self.undisturbed[place] = self.way.result(place)

    def restore(self, place):
        shutil.rmtree(place, ignore_errors=True)
        # Times and modes as they were; a copy that Python makes takes ten times as long.
        subprocess.run(["cp", "-a", f"{place}.saved", place], check=True)

    def run(self, case, kind, wanted):
        """Tries the fault at `wanted` of the calls; all of them where that is none."""
        calls, fault, statuses = KINDS[kind]
        total = self.total(calls)
        if wanted is None:
            wanted = max(2, total // self.context.every)
        numbers = spread(total, wanted)
        seen = collections.Counter()
        defects, struck = [], 0
        with concurrent.futures.ThreadPoolExecutor(self.context.workers) as pool:
            for judge, status in pool.map(lambda n: self._try(kind, calls, statuses, n), numbers):
                defects += [judge.defects] if judge.defects else []
                if status is not None:
                    struck += 1
                    seen[status] += 1
        ends = ", ".join(f"{count} × {_status(status)}" for status, count in seen.most_common())
        return Row(case, fault, self.way.name, struck, len(defects),
                   f"of {total}; ended {ends}", {"of": total},
                   [line for lines in defects for line in lines])

    @contextlib.contextmanager
    def place(self):
        """A place as it stands before the command."""
        place = self.places.get()
        try:
            self.restore(place)
            yield place
        finally:
            self.places.put(place)

    def _try(self, kind, calls, statuses, number):
        judge = Judge(f"{self.way.name}, {kind} at {calls} {number}")
        with self.place() as place:
            fault = Fault(self.way.watched(place), SHIM_KINDS.get(kind, kind), number, calls,
                          SIGNALS.get(kind, signal.SIGTERM))
            try:
                return judge, self._strike(place, fault, statuses, judge)
            except (OSError, ValueError, RuntimeError, sqlite3.Error) as error:
                judge.expect(False, f"{type(error).__name__}: {error}")
                return judge, 0

    def _strike(self, place, fault, statuses, judge):
        """One try; the status it ended with, none where there was no such call this time."""
        way = self.way
        outcome = way.run(place, fault)
        if outcome.count < fault.at:
            # Threads: this time there were fewer.
            judge.expect(outcome.status == 0, f"not struck, yet {outcome}")
            return None
        judge.expect(outcome.status in statuses or way.finds and outcome.status == 65,
                     f"ended with {outcome}")
        if outcome.status > 0 and outcome.status != 75:
            judge.expect(_names_a_file(place, outcome, way.finds), f"names no file: {outcome}")
        # What cannot be read is left out and all else published: then there is a set between.
        # Without a descriptor as well, though it may be something else that ended the run.
        between = fault.calls == "open" or fault.calls == "read" and "pool/" in outcome.errors
        way.inspect(place, judge, self.before[place], self.undisturbed[place], between)
        if outcome.status == 0:
            way.compare(place, judge, self.undisturbed[place])
        again = way.run(place, None)
        judge.expect(again.status == 0 and (way.finds or not again.errors + again.output),
                     f"the next run: {again}")
        way.compare(place, judge, self.undisturbed[place], between)
        return outcome.status


def _names_a_file(place, outcome, finds):
    status = outcome.status
    named = any(name in outcome.errors for name in (str(place), "pool/", "dists/"))
    # 65 is for the ledger alone here, unless damage is looked for: nothing else was damaged.
    return named and (finds or status not in (65, 73) or "ledger" in outcome.errors)


def _status(status):
    return signal.Signals(-status).name if status < 0 else f"status {status}"

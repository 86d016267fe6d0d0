# SPDX-License-Identifier: Apache-2.0
"""What a command costs, and the median of several runs of it."""

import os
import statistics
import subprocess
import time


class Cost:
    """CPU seconds, seconds on the clock and peak resident bytes of a command and its children.

    The peak is that of the largest process. Linux counts in what a process was before it became
    the command, so nothing below this interpreter's own size is seen.
    """

    def __init__(self, cpu, wall, peak):
        self.cpu = cpu
        self.wall = wall
        self.peak = peak


class Failed(Exception):
    pass


def run(command, environment=None, stdin=None):
    """Runs a command to its end: its cost, and what it printed."""
    # Into a file: nobody needs to read along, which would take CPU time from it.
    with open(os.environ["BENCH_SCRATCH"] + "/output", "w+b") as output:
        start = time.monotonic()
        child = subprocess.Popen(command, stdin=stdin, stdout=output, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Failed(f"{' '.join(command)}: exit status {child.returncode}")
        output.seek(0)
        text = output.read()
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024), text


class Series:
    """The costs of one command, round by round."""

    def __init__(self, name):
        self.name = name
        self.costs = []

    def add(self, cost):
        self.costs.append(cost)

    def values(self, measure):
        return [getattr(cost, measure) for cost in self.costs]

    def median(self, measure):
        return statistics.median(self.values(measure))

    def spread(self, measure):
        """From the least to the most, as a share of the median."""
        values = self.values(measure)
        return (max(values) - min(values)) / max(self.median(measure), 1e-9)

    @property
    def cpu(self):
        return self.median("cpu")

    @property
    def wall(self):
        return self.median("wall")

    @property
    def peak(self):
        return max(self.values("peak"))

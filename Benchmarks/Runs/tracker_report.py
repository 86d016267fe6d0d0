# SPDX-License-Identifier: Apache-2.0
"""The tables of the tracker's benchmark."""

import re
import statistics

from measuring import Failed
from report import Report


class Sample:
    """What one load came to: answers, seconds, CPU seconds of the server and of the load."""

    def __init__(self, answers, seconds, cpu, load, lost, wrong, askers, seeds_to_seeds):
        if not answers:
            raise Failed("no request was answered")
        self.answers = answers
        self.rate = answers / seconds
        self.core = cpu / seconds
        self.load = load / seconds
        self.cpu_per_answer = cpu / answers * 1e6
        self.lost = lost
        self.wrong = wrong
        # Not wrong by any specification, and of no use to who asked.
        self.askers = askers
        self.seeds_to_seeds = seeds_to_seeds

    @classmethod
    def of_wrk(cls, output, seconds, cpu, load, keep):
        answers = int(re.search(r"(\d+) requests in", output)[1])
        errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)",
                           output)
        connect, read, write, timeout = map(int, errors.groups()) if errors else (0, 0, 0, 0)
        # opentracker does not say that it will close: wrk has asked again when it does.
        lost = connect + write + timeout + (read if keep else 0)
        wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
        return cls(answers, seconds, cpu, load, lost, int(wrong[1]) if wrong else 0, 0, 0)


class LoadSeries:
    """The samples of one load on one server, round by round."""

    def __init__(self, server, name=None):
        self.server = server
        self.name = name or server.name
        self.samples = []

    def add(self, sample):
        self.samples.append(sample)

    def values(self, measure):
        return [getattr(sample, measure) for sample in self.samples]

    def median(self, measure):
        return statistics.median(self.values(measure))

    def total(self, measure):
        return sum(self.values(measure))


class LoadReport(Report):
    def section(self, title):
        self.begin(title)
        print(f"{'':34}{'answers/s':>10}{'core':>6}{'load':>6}{'CPU us':>8}{'least':>8}"
              f"{'most':>8}{'lost':>6}{'wrong':>6}")

    def row(self, series):
        """Medians; what the server and the load took of their processors; CPU time per answer."""
        measures = ("rate", "core", "load", "cpu_per_answer", "lost", "wrong", "askers",
                    "seeds_to_seeds")
        self.sections[-1]["rows"].append(
            {"name": series.name} | {measure: series.values(measure) for measure in measures})
        cpu = series.values("cpu_per_answer")
        print(
            f"{series.name:34}{series.median('rate'):10.0f}{series.median('core'):6.0%}"
            f"{series.median('load'):6.0%}{series.median('cpu_per_answer'):8.2f}{min(cpu):8.2f}"
            f"{max(cpu):8.2f}{series.total('lost'):6}{series.total('wrong'):6}", flush=True)

    def memory_section(self, title):
        self.begin(title)
        print(f"{'':34}{'empty kB':>10}{'full kB':>10}{'bytes a peer':>14}{'least':>8}{'most':>8}")

    def memory(self, name, sizes, peers, goal):
        """Medians of pairs of sizes, empty and full."""
        empty, full = (statistics.median(column) / 1024 for column in zip(*sizes))
        growth = [(full - empty) / peers for empty, full in sizes]
        each = statistics.median(growth)
        self.sections[-1]["rows"].append({"name": name, "sizes": sizes})
        print(f"{name:34}{empty:10.0f}{full:10.0f}{each:14.1f}{min(growth):8.1f}{max(growth):8.1f}",
              flush=True)
        if goal is not None:
            self.result(f"{name}, bytes a peer", each, goal=goal)

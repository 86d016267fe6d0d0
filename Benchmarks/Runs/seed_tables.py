# SPDX-License-Identifier: Apache-2.0
"""Tables whose columns are not those of commands."""

import statistics


def begin(report, title, columns):
    """A section whose columns are not those of commands."""
    report.begin(title)
    print(f"{'':44}{columns}", flush=True)


def line(report, name, values, text):
    """One row: all values by their names, and what is printed of them."""
    report.sections[-1]["rows"].append({"name": name, **values})
    print(f"{name:44}{text}", flush=True)


class Rates:
    """What one server did, round by round; `busy` and `client` are shares of their processors."""

    KEYS = ("rate", "bytes", "request", "gigabyte", "busy", "client", "peak")
    COLUMNS = (
        f"{'1/s':>9}{'±':>6}{'MB/s':>8}{'us/req':>9}{'s/GB':>9}{'busy':>6}{'client':>8}"
        f"{'peak MB':>9}")

    def __init__(self, name):
        self.name = name
        self.values = {key: [] for key in self.KEYS}

    def add(self, done, cpu, peak):
        responses, length, seconds, client = done
        row = (
            responses / seconds, length / seconds, cpu / max(responses, 1), cpu / length * 1e9,
            cpu / seconds, client / seconds, peak)
        for key, value in zip(self.values, row):
            self.values[key].append(value)

    def __getattr__(self, key):
        return statistics.median(self.values[key])

    def print(self, report):
        rates = self.values["rate"]
        spread = (max(rates) - min(rates)) / self.rate * 50
        line(
            report, self.name, self.values,
            f"{self.rate:9.0f}{spread:5.0f}%{self.bytes / 1e6:8.0f}{self.request * 1e6:9.2f}"
            f"{self.gigabyte:9.3f}{self.busy * 100:5.0f}%"
            f"{self.client * 100:7.0f}%{max(self.values['peak']) / 1e6:9.1f}")

# SPDX-License-Identifier: Apache-2.0
"""The tables of a benchmark, for people and as JSON."""

import json
import os
import platform
import subprocess


class Report:
    def __init__(self):
        self.sections = []
        self.machine = machine()

    def heading(self, text):
        """The machine, and what holds for all sections."""
        print(f"{self.machine['processor']}, {self.machine['processors']} processors")
        print(text, flush=True)

    def begin(self, title):
        """A new section without columns yet."""
        load = os.getloadavg()
        self.sections.append({"title": title, "load": load, "rows": [], "results": []})
        print(f"\n{title}\nload average: {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}\n", flush=True)

    def section(self, title):
        self.begin(title)
        print(f"{'':44}{'CPU s':>9}{'±':>6}{'wall s':>9}{'±':>6}{'peak MB':>9}")

    def row(self, series):
        """One line a series: medians; half of what lies between the extremes; the highest peak."""
        rows = self.sections[-1]["rows"]
        rows.append({
            "name": series.name, "cpu": series.values("cpu"), "wall": series.values("wall"),
            "peak": series.values("peak")})
        print(
            f"{series.name:44}{series.cpu:9.3f}{series.spread('cpu') * 50:5.0f}%"
            f"{series.wall:9.3f}{series.spread('wall') * 50:5.0f}%{series.peak / 1e6:9.0f}",
            flush=True)

    def result(self, text, value, goal=None, unit="", least=None):
        """One figure; `goal` is what it must not exceed, or `least` what it must reach."""
        met, verdict = None, ""
        if goal is not None:
            met, verdict = value <= goal, f"goal {goal:g}{unit}"
        elif least is not None:
            met, verdict = value >= least, f"goal {least:g}{unit}"
        self.sections[-1]["results"].append(
            {"text": text, "value": value, "goal": goal, "least": least, "met": met})
        verdict = "" if met is None else f"  {verdict}: {'met' if met else 'MISSED'}"
        print(f"  {text}: {value:.4g}{unit}{verdict}", flush=True)

    def write(self, path):
        with open(path, "w") as file:
            json.dump({"machine": self.machine, "sections": self.sections}, file, indent=2)


def machine():
    with open("/proc/cpuinfo") as file:
        models = [line.split(": ", 1)[1].strip() for line in file if line.startswith("model name")]
    tool = subprocess.run(["xz", "--version"], stdout=subprocess.PIPE, text=True).stdout
    return {
        "processor": models[0] if models else platform.machine(), "processors": os.cpu_count(),
        "kernel": platform.release(), "load": os.getloadavg(), "xz": tool.split("\n")[0],
    }

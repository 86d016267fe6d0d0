# SPDX-License-Identifier: Apache-2.0
"""docs/reliability.md: the tables that a run makes, and whether the tests it names are there."""

import json
import re
import sys

from . import cases

DOCUMENT = "docs/reliability.md"
BEGIN, END = "<!-- {} -->\n", "<!-- end of {} -->\n"
MADE = "made by scripts/faults --table: change nothing by hand"


def write(root):
    """Puts the last run of each case into the document; the status to end with."""
    rows = []
    for name in cases.CASES:
        path = root / ".build" / "faults" / f"{name}.jsonl"
        lines = path.read_text().splitlines() if path.exists() else []
        found = [json.loads(line) for line in lines]
        if not found:
            print(f"faults: no run of {name}: scripts/faults --full {name}", file=sys.stderr)
            return 66
        rows += found
    document = root / DOCUMENT
    text = document.read_text()
    for mark, table in (("table", _table(rows)), ("day", _day(rows))):
        begin, end = BEGIN.format(f"{mark}, {MADE}"), END.format(mark)
        head, rest = text.split(begin)
        text = head + begin + "\n" + table + "\n" + end + rest.split(end)[1]
    document.write_text(text)
    return 0


def _table(rows):
    lines = ["| fault | command | times | lost | what was seen | again |",
             "|---|---|---:|---:|---|---|"]
    for row in rows:
        tried = f"{row['times']:,}"
        if row["figures"].get("of"):
            tried += f" of {row['figures']['of']:,}"
        lost = f"**{row['lost']}**" if row["lost"] else "nothing"
        seen = re.sub(r"^of \d+; ", "", row["note"])
        lines.append(f"| {row['fault']} | {row['command']} | {tried} | {lost} | {seen} "
                     f"| `scripts/faults {row['case']}` |")
    sampled = list(dict.fromkeys(row["case"] for row in rows if row["form"] == "short"))
    if sampled:
        lines += ["", f"Of {', '.join(sampled)} only a sample was tried here (`--short`)."]
    return "\n".join(lines) + "\n"


def _day(rows):
    lines = []
    for row in rows:
        if row["case"] != "day":
            continue
        for key, unit in (("resident_mb", "resident, MB"), ("anonymous_mb", "anonymous, MB"),
                          ("descriptors", "descriptors")):
            values = row["figures"][key]
            hours = values[::max(1, len(values) // 24)]
            lines.append(f"    {row['command']:5} {unit:14} " + " ".join(map(str, hours)))
    return "\n".join(lines) + "\n"


def check(root):
    """Whether the document has every case, and every test that it names is there."""
    text = (root / DOCUMENT).read_text()
    wrong = [f"no row of {name}" for name in cases.CASES if f"`scripts/faults {name}`" not in text]
    texts = {}
    for path in (root / "Tests").glob("**/*Tests.swift"):
        if ".build" not in path.parts:
            texts[path.stem] = texts.get(path.stem, "") + path.read_text()
    for suite, test in re.findall(r"`(\w+Tests)\.(\w+)`", text):
        if f"func {test}(" not in texts.get(suite, ""):
            wrong.append(f"there is no test {suite}.{test}")
    lines = (root / "Fuzz" / "targets").read_text().splitlines()
    targets = {line.split()[0] for line in lines if line}
    for target in re.findall(r"`scripts/fuzz (\w+)`", text):
        if target not in targets:
            wrong.append(f"there is no fuzz target {target}")
    for line in wrong:
        print(f"faults: {DOCUMENT}: {line}", file=sys.stderr)
    return 1 if wrong else 0

# SPDX-License-Identifier: Apache-2.0
"""What a case found, a row each: for people on standard output, for the table as JSON."""

import dataclasses
import json


@dataclasses.dataclass
class Row:
    case: str
    # What went wrong, and in what.
    fault: str
    command: str
    # How often it was tried.
    times: int
    # How many of these lost something; none may.
    lost: int = 0
    # What was seen, in words of the run.
    note: str = ""
    figures: dict = dataclasses.field(default_factory=dict)
    defects: list = dataclasses.field(default_factory=list)

    def line(self):
        lost = "nothing lost" if not self.lost else f"LOST {self.lost}"
        note = f" ({self.note})" if self.note else ""
        times = f"{self.times:,} times" if self.times > 1 else "once"
        return f"{self.case}: {self.command}: {self.fault}, {times}: {lost}{note}"

    def json(self, form):
        return json.dumps(dict(dataclasses.asdict(self), form=form), sort_keys=True)


class Judge:
    """Collects what is wrong in one try, so that all of it is told."""

    def __init__(self, what):
        self.what = what
        self.defects = []

    def expect(self, holds, defect):
        if not holds:
            self.defects.append(f"{self.what}: {defect}")
        return holds

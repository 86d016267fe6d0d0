# SPDX-License-Identifier: Apache-2.0
"""Each case is a function that tries one kind of fault and yields rows."""

from . import clock, day, descriptors, disk, load, pool, signals, sweeps

CASES = {
    "kill": sweeps.kill,
    "disk": disk.fill,
    "writes": sweeps.writes,
    "reads": sweeps.reads,
    "descriptors": descriptors.exhaust,
    "signals": signals.interrupt,
    "clock": clock.jump,
    "pool": pool.change,
    "day": day.live,
    "load": load.hold,
}

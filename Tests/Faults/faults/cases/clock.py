# SPDX-License-Identifier: Apache-2.0
"""The time of day jumps, as when an administrator or a time server sets it."""

import http.client
import re
import signal
import struct
import time

from .. import archive, reading, ways
from ..context import Mirror
from ..program import Fault
from ..rows import Judge, Row
from ..sweep import spread
from . import sweeps

HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
JUMPS = (HOUR, -HOUR, 10 * YEAR, -20 * YEAR, -80 * YEAR, 0)


class Clock:
    """A time of day that a test sets."""

    def __init__(self, context, name):
        self.path = context.scratch / f"{name}.clock"
        self.set(0)

    def set(self, seconds):
        if not self.path.exists():
            self.path.write_bytes(bytes(8))
        with open(self.path, "r+b") as file:
            file.write(struct.pack("<q", int(seconds)))


def jump(context):
    """The clock jumps back and forth under hash, fetch, seed and track."""
    yield _valid_until(context)
    yield from _under_commands(context)
    yield _under_seed(context)
    yield _under_track(context)


def _valid_until(context):
    """Valid-Until is asked of the clock as it is; a clock that is wrong loses nothing."""
    judge, tries, clock = Judge("Valid-Until"), 0, Clock(context, "valid")
    now = int(time.time())
    until = archive.date(now + 7 * DAY)
    made = archive.Archive(context.scratch / "valid", context.keys, fields=ways.OBJECTS)
    made.publish(date=archive.date(now - DAY), valid_until=until)
    before = None
    for offset, expected in ((8 * DAY, 65), (6 * DAY, 0), (10 * YEAR, 65), (-20 * YEAR, 0),
                             (-80 * YEAR, 0), (0, 0)):
        clock.set(offset)
        outcome = context.program.run(
            "hash", "--config", made.configuration, fault=Fault(clock=clock.path))
        tries += 1
        judge.expect(outcome.status == expected, f"{offset} seconds off: {outcome}")
        if expected:
            told = "Valid-Until" in outcome.errors or "expired" in outcome.errors
            judge.expect(told, str(outcome))
        state = (reading.release(made.visible), reading.ledger(made.state))
        if before is not None:
            judge.expect(state == before, f"{offset} seconds off: something was published")
        if not expected:
            before = state
    # An older Release is refused whatever the clock says.
    made.publish(archive.UPDATED, archive.date(now - 2 * DAY), until)
    for offset in (0, -20 * YEAR, DAY):
        clock.set(offset)
        outcome = context.program.run(
            "hash", "--config", made.configuration, fault=Fault(clock=clock.path))
        tries += 1
        judge.expect(outcome.status == 65, f"an older Release, {offset} seconds off: {outcome}")
    return Row("clock", "wrong when it begins: expired, not yet, an older Release", "hash", tries,
               len(judge.defects), "", {}, judge.defects)


def _under_commands(context):
    """The clock jumps in the middle: the command is stopped at a write, and let go on."""
    for name, command in (("hash, an update", "hash"), ("fetch", "fetch")):
        sweep = sweeps.sweep(context, name)
        way, defects = sweep.way, []
        numbers = spread(sweep.total("write"), context.amount(1, 20))
        clock = Clock(context, command)
        with sweep.place() as place:
            for number in numbers:
                for offset in JUMPS[:context.amount(3, None)]:
                    judge = Judge(f"{command}, write {number}, {offset} seconds")
                    sweep.restore(place)
                    _jump_at(way, place, number, offset, clock, judge)
                    way.compare(place, judge, sweep.undisturbed[place])
                    defects += judge.defects
        tries = len(numbers) * len(JUMPS[:context.amount(3, None)])
        yield Row("clock", "jumps in the middle of a run", command, tries, len(defects),
                  "from an hour to 80 years, both ways", {}, defects)


def _jump_at(way, place, number, offset, clock, judge):
    clock.set(0)
    fault = Fault(way.watched(place), "signal", number, "write", signal.SIGSTOP, clock=clock.path)
    run = way.begin(place, fault)
    if run.wait_stopped():
        clock.set(offset)
        run.go_on()
    outcome = run.finish()
    judge.expect(outcome.status == 0, f"ended with {outcome}")


def _get(connection, path, headers=None):
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    return answer, answer.read()


def _under_seed(context):
    clock = Clock(context, "seed")
    mirror = Mirror(context, "clock seed", fault=Fault(clock=clock.path),
                    arguments=("--admin", "127.0.0.1:0"))
    judge, tries = Judge("seed"), 0
    kept = http.client.HTTPConnection(mirror.address, timeout=20)
    package = archive.FIRST[2]
    path = f"/{package.path}"
    answer, body = _get(kept, path)
    tag, modified = answer.getheader("ETag"), answer.getheader("Last-Modified")
    for offset in JUMPS * context.amount(1, 5):
        # A transfer is under way while the clock jumps.
        slow = http.client.HTTPConnection(mirror.address, timeout=20)
        slow.request("GET", path)
        begun = slow.getresponse()
        first = begun.read(1000)
        clock.set(offset)
        judge.what = f"seed, {offset} seconds"
        try:
            judge.expect(first + begun.read() == package.content, "a transfer under way broke")
            # The connection that was kept has not waited for 80 years.
            answer, body = _get(kept, path)
            judge.expect(answer.status == 200 and body == package.content, f"{answer.status}")
            answer, _ = _get(kept, path, {"If-None-Match": tag})
            judge.expect(answer.status == 304, f"If-None-Match: {answer.status}")
            answer, _ = _get(kept, path, {"If-Modified-Since": modified})
            judge.expect(answer.status == 304, f"If-Modified-Since: {answer.status}")
            answer, part = _get(kept, path, {"Range": "bytes=100-199", "If-Range": tag})
            judge.expect(answer.status == 206 and part == package.content[100:200], "If-Range")
            answer, body = _get(kept, f"/content/sha256/{package.sha256}")
            judge.expect(body == package.content, f"by hash: {answer.status}")
            fresh = http.client.HTTPConnection(mirror.address, timeout=20)
            answer, body = _get(fresh, "/dists/faults/Release")
            judge.expect(answer.status == 200, f"a new connection: {answer.status}")
            fresh.close()
        except (OSError, http.client.HTTPException) as error:
            judge.expect(False, repr(error))
            kept.close()
        slow.close()
        tries += 1
    judge.expect(mirror.stop() == 0, f"ended badly: {mirror.daemon.errors}")
    complaints = [
        line for line in mirror.daemon.errors.splitlines() if re.search(" (warning|error) ", line)]
    judge.expect(not complaints, f"said {complaints}")
    return Row("clock", "jumps under transfers and kept connections", "seed", tries,
               len(judge.defects), "", {}, judge.defects)


def _under_track(context):
    """Peers age by a clock that nobody sets; over a restart their ages come from the time of day,
    so a restart under a later clock forgets them, one under an earlier clock does not."""
    clock = Clock(context, "track")
    way = ways.TrackWay(context)
    place = context.scratch / "clock track"
    way.prepare(place)
    judge, tries = Judge("track"), 0
    for offset in context.amount((10 * YEAR, -80 * YEAR), JUMPS * 5):
        clock.set(0)
        daemon = way.start(place, Fault(clock=clock.path))
        judge.what = f"track, {offset} seconds"
        way.url(daemon)
        clock.set(offset)
        # Maintenance looks for those to be forgotten each second.
        time.sleep(1.5)
        judge.expect(way.count(place, daemon) == way.before, "forgot peers when the clock jumped")
        clock.set(0)
        judge.expect(daemon.stop() == 0, f"ended badly: {daemon.errors}")
        # Written under the right clock, read under one that jumped, and back.
        clock.set(offset)
        daemon = way.start(place, Fault(clock=clock.path))
        peers = way.count(place, daemon)
        # They are remembered for three quarters of an hour.
        expected = 0 if offset >= HOUR else way.before
        judge.expect(peers == expected, f"{peers} peers after a restart, expected {expected}")
        daemon.process.kill()
        daemon.stop()
        tries += 1
    return Row("clock", "jumps under a tracker and over its restart", "track", tries,
               len(judge.defects), "peers stay; a restart under a clock an hour ahead forgets them",
               {}, judge.defects)

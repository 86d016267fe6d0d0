# SPDX-License-Identifier: Apache-2.0
"""Too few descriptors: for commands from the start, for daemons when too many come."""

import contextlib
import socket
import time
import urllib.error
import urllib.request

from .. import archive, ways
from ..context import Mirror
from ..program import processor_seconds
from ..rows import Judge, Row
from . import sweeps


def exhaust(context):
    """No descriptor left: at every open of a command, under small limits, and for daemons."""
    yield from sweeps.opens(context)
    yield from _small_limits(context)
    yield _too_few(context)
    yield _seed(context)
    yield _track(context)


def _limit(count):
    return ["prlimit", f"--nofile={count}:{count}"]


def _small_limits(context):
    """True limits, each a little larger: until one is enough."""
    for name in context.amount(("hash, an update",), ("hash, an update", "fetch")):
        sweep = sweeps.sweep(context, name)
        defects, statuses, tries = [], [], 0
        limits = list(range(4, 64, context.every if context.full else 20))
        with sweep.place() as place:
            for limit in limits:
                judge = Judge(f"{name}, {limit} descriptors")
                sweep.restore(place)
                outcome = sweep.way.run(place, None, before=_limit(limit))
                # Below a handful not even the libraries can be loaded: 127.
                judge.expect(outcome.status in (0, 71, 74, 127) or limit < 12,
                             f"ended with {outcome}")
                sweep.way.inspect(place, judge, sweep.before[place], sweep.undisturbed[place])
                again = sweep.way.run(place, None)
                judge.expect(again.status == 0, f"the next run: {again}")
                sweep.way.compare(place, judge, sweep.undisturbed[place])
                statuses.append(outcome.status)
                tries += 1
                defects += judge.defects
        enough = next((limit for limit, status in zip(limits, statuses) if status == 0), None)
        yield Row("descriptors", f"{limits[0]} to {limits[-1]} descriptors in all", name, tries,
                  len(defects), f"{enough} are enough" if enough else "too few, each time",
                  {"enough": enough}, defects)


def _connections(address, count):
    """So many connections, as many as the kernel takes."""
    host, port = address.rsplit(":", 1)
    for _ in range(count):
        one = socket.socket()
        one.settimeout(5)
        try:
            one.connect((host, int(port)))
        except OSError:
            one.close()
            return
        yield one


def _flooded(address, daemon, count, ask, judge):
    """Opens more connections than there are descriptors, asks over each, and closes them; how busy
    the daemon was while it had none."""
    with contextlib.ExitStack() as stack:
        connections = [stack.enter_context(one) for one in _connections(address, count)]
        for place, one in enumerate(connections):
            with contextlib.suppress(OSError):
                one.sendall(ask(place))
        time.sleep(0.2)
        begin, used = time.monotonic(), processor_seconds(daemon.pid)
        time.sleep(1)
        busy = (processor_seconds(daemon.pid) - used) / (time.monotonic() - begin)
        judge.expect(daemon.is_running(), "it ended")
        judge.expect(busy < 0.2, f"turns in circles: {busy:.0%} of a processor while it waits")
        for one in connections:
            one.setblocking(False)
            with contextlib.suppress(OSError):
                head = one.recv(12)
                judge.expect(head[9:12] in (b"", b"200", b"206", b"500", b"503"), f"said {head!r}")
    return busy


def _until_served(url, judge, timeout=30):
    """Whether it answers again."""
    end = time.monotonic() + timeout
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.read()
        except OSError as error:
            if time.monotonic() > end:
                judge.expect(False, f"answers no more: {error}")
                return b""
        time.sleep(0.1)


def _too_few(context):
    """Daemons refuse to start where they would not survive."""
    judge, tries = Judge("too few descriptors"), 0
    place = context.scratch / "too few"
    ways.TrackWay(context).prepare(place)
    for command in (("seed", "--http", "127.0.0.1:0"), ("track", "--http", "127.0.0.1:0")):
        for limit in context.amount((64,), (32, 64, 96, 127)):
            outcome = context.program.run(
                *command, "--config", place / "archive-tool.conf", before=_limit(limit))
            judge.expect(outcome.status == 71 and "ulimit" in outcome.errors,
                         f"{command[0]}, {limit} descriptors: {outcome}")
            tries += 1
    return Row("descriptors", "fewer descriptors than a daemon needs", "seed, track", tries,
               len(judge.defects), "refuse to start, and say why", {}, judge.defects)


def _seed(context):
    judge, busiest, tries = Judge("seed"), 0, 0
    for limit in context.amount((128,), (128, 160, 256)):
        mirror = Mirror(context, f"seed {limit}", before=_limit(limit), wait=False,
                        arguments=("--threads", "2"))
        package = archive.FIRST[2]

        def ask(place):
            path = archive.FIRST[place % len(archive.FIRST)].path
            return f"GET /{path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()

        for _ in range(context.amount(1, 10)):
            judge.what = f"seed, {limit} descriptors"
            busiest = max(busiest, _flooded(mirror.address, mirror.daemon, 2 * limit, ask, judge))
            body = _until_served(f"{mirror.url}/{package.path}", judge)
            judge.expect(body == package.content, "serves something else afterwards")
            tries += 1
        judge.expect(mirror.stop() == 0, f"ended badly: {mirror.daemon.errors}")
    return Row("descriptors", "more connections than descriptors, then fewer", "seed", tries,
               len(judge.defects), f"at most {busiest:.0%} of a processor meanwhile",
               {"busy": round(busiest, 3)}, judge.defects)


def _track(context):
    judge, busiest, tries = Judge("track"), 0, 0
    way = ways.TrackWay(context)
    place = context.scratch / "descriptors track"
    way.prepare(place)
    for limit in context.amount((128,), (128, 160)):
        daemon = way.start(place, before=_limit(limit))
        address = way.url(daemon).split("/")[2]
        for _ in range(context.amount(1, 10)):
            judge.what = f"track, {limit} descriptors"
            busiest = max(busiest, _flooded(address, daemon, 2 * limit, lambda _: b"GET /", judge))
            _until_answered(way, place, daemon, judge)
            tries += 1
        judge.expect(daemon.stop() == 0, f"ended badly: {daemon.errors}")
    return Row("descriptors", "more connections than descriptors, then fewer", "track", tries,
               len(judge.defects), f"at most {busiest:.0%} of a processor meanwhile",
               {"busy": round(busiest, 3)}, judge.defects)


def _until_answered(way, place, daemon, judge, timeout=30):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        try:
            judge.expect(way.count(place, daemon) == way.before, "peers were lost")
            return
        except OSError:
            time.sleep(0.1)
    judge.expect(False, "answers no more")

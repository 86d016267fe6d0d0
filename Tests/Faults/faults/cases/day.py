# SPDX-License-Identifier: Apache-2.0
"""A day of a daemon's life in some minutes: constant load, four runs of `hash`."""

import http.client
import random
import socket
import statistics
import threading
import time
import urllib.parse

from .. import archive
from ..context import Mirror
from ..rows import Judge, Row

DAY = 86400
RUNS = 4
# What may grow from the second quarter of the day to the last: a tenth, or this much where little
# is used; C's memory allocator alone keeps some of that.
GROWTH, SLACK_KB, SLACK_DESCRIPTORS = 1.10, 4096, 16
PEERS = 500


class Load:
    """Five clients over HTTP, the peer wire and the tracker, until they are stopped."""

    def __init__(self, mirror, tracker, peer, identities):
        self.mirror = mirror
        self.tracker = tracker
        self.peer = peer
        self.identities = identities
        self.counts = {"requests": 0, "announces": 0, "peers": 0}
        self.wrong = []
        self.stopped = threading.Event()
        self.threads = [
            threading.Thread(target=self._repeat, args=work)
            for work in ((self._kept, 1), (self._kept, 2), (self._fresh, 3), (self._announce, 4),
                         (self._shake_hands, 5))]
        for thread in self.threads:
            thread.start()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()

    def _repeat(self, work, seed):
        chance = random.Random(seed)
        while not self.stopped.is_set():
            try:
                work(chance)
            except (OSError, http.client.HTTPException) as error:
                self.wrong.append(f"{work.__name__}: {error!r}")
                time.sleep(0.1)

    def _ask(self, connection, chance):
        package = chance.choice(archive.FIRST)
        path = chance.choice((
            f"/{package.path}", f"/content/sha256/{package.sha256}", f"/{package.path}.torrent",
            f"/{package.path}.meta4", "/dists/faults/InRelease", "/overlay/dists/faults/InRelease",
            "/overlay/dists/faults/main/binary-amd64/Packages-pieces.gz", "/nothing"))
        headers = chance.choice(({}, {"Range": "bytes=100-1999"}, {"If-None-Match": '"none"'}))
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if path == f"/{package.path}" and answer.status == 200 and body != package.content:
            # Only where the archive has it just now: a package may be gone, it may not be wrong.
            self.wrong.append(f"{path} is wrong")
        self.counts["requests"] += 1

    def _kept(self, chance):
        connection = http.client.HTTPConnection(self.mirror.address, timeout=30)
        for _ in range(200):
            if self.stopped.is_set():
                break
            self._ask(connection, chance)
            time.sleep(0.002)
        connection.close()

    def _fresh(self, chance):
        connection = http.client.HTTPConnection(self.mirror.address, timeout=30)
        self._ask(connection, chance)
        connection.close()
        time.sleep(0.01)

    def _announce(self, chance):
        number = chance.randrange(PEERS)
        connection = http.client.HTTPConnection(self.tracker, timeout=30)
        identity = urllib.parse.quote(chance.choice(self.identities))
        connection.request(
            "GET", f"/announce?info_hash={identity}&peer_id=-XX0000-{number:012}"
            f"&port={7000 + number}&left={chance.choice((0, 1000))}&uploaded=0&downloaded=0"
            "&compact=1")
        connection.getresponse().read()
        connection.close()
        self.counts["announces"] += 1
        time.sleep(0.01)

    def _shake_hands(self, chance):
        host, port = self.peer.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=30) as one:
            identity = chance.choice(self.identities)
            one.sendall(b"\x13BitTorrent protocol" + bytes(8) + identity + b"-XX0000-" + bytes(12))
            one.settimeout(1)
            try:
                one.recv(4096)
            except (TimeoutError, ConnectionResetError):
                # Of a package that the archive has not just now.
                pass
        self.counts["peers"] += 1
        time.sleep(0.05)


def live(context):
    """24 hours of a seeder and a tracker: memory and descriptors stay what they are."""
    length = 560 if context.full else 4
    mirror = Mirror(context, "day", arguments=("--peer", "127.0.0.1:0"))
    track = context.program.start(
        "track", "--http", "127.0.0.1:0", "--config", mirror.archive.configuration)
    daemons = {"seed": mirror.daemon, "track": track}
    judges = {name: Judge(name) for name in daemons}
    try:
        tracker = track.address("listening on ").split("/")[2]
        load = Load(mirror, tracker, mirror.daemon.address("peers on "),
                    _identities(context, mirror))
        series = _watch(context, mirror, daemons, length, judges)
        load.stop()
        for wrong in load.wrong[:5]:
            judges["seed"].expect(False, wrong)
    finally:
        for name, daemon in daemons.items():
            status = daemon.stop()
            judges[name].expect(status == 0, f"ended with {status}: {daemon.errors}")
    for name in daemons:
        if context.full:
            _judge(series[name], judges[name])
        counts = [f"{count:,} {what}" for what, count in load.counts.items()
                  if (what == "announces") == (name == "track")]
        yield _row(name, series[name], length, ", ".join(counts), judges[name])


def _row(name, series, length, counts, judge):
    middle, last = _quarters(series)
    note = (f"24 h in {length} s, so {DAY // length} times faster, timers and clock as they are; "
            f"{counts}; resident {middle[0] / 1024:.1f} MB in the second quarter, "
            f"{last[0] / 1024:.1f} MB in the last, anonymous {middle[1] / 1024:.1f} and "
            f"{last[1] / 1024:.1f} MB; descriptors {middle[2]:.0f} and {last[2]:.0f}")
    figures = {"resident_mb": [round(one[0] / 1024, 1) for one in series],
               "anonymous_mb": [round(one[1] / 1024, 1) for one in series],
               "descriptors": [one[2] for one in series]}
    return Row("day", f"a day under constant load, {RUNS} runs of hash", name, 1,
               len(judge.defects), note, figures, judge.defects)


def _identities(context, mirror):
    """Info hashes that the daemon answers for: of a numbered torrent, and of files."""
    outcome = context.program.run(
        "magnet", *[package.name for package in archive.FIRST], "--config",
        mirror.archive.configuration)
    found = []
    for line in outcome.output.splitlines():
        for part in line.split("xt=urn:btih:")[1:]:
            found.append(bytes.fromhex(part[:40]))
    if not found:
        raise RuntimeError(f"no magnet link: {outcome}")
    return found


def _watch(context, mirror, daemons, length, judges):
    """Samples of memory and descriptors, with a run of `hash` at each quarter's beginning."""
    series, runs, begin = {name: [] for name in daemons}, 0, time.monotonic()
    wanted = 96 if context.full else 24
    for sample in range(wanted):
        if runs < RUNS and sample >= runs * wanted // RUNS:
            packages = archive.UPDATED if runs % 2 == 0 else archive.FIRST
            mirror.archive.publish(packages, archive.date(1764000000 + DAY // RUNS * runs))
            outcome = context.program.run("hash", "--config", mirror.archive.configuration)
            judges["seed"].expect(outcome.status == 0, f"hash, run {runs + 1}: {outcome}")
            runs += 1
        time.sleep(max(0, begin + length * (sample + 1) / wanted - time.monotonic()))
        for name, daemon in daemons.items():
            if judges[name].expect(daemon.is_running(), f"it ended: {daemon.errors}"):
                series[name].append((*daemon.resident(), daemon.descriptors()))
        if any(judge.defects for judge in judges.values()):
            break
    return series


def _quarters(series):
    """The medians of the second quarter and of the last."""
    size = max(1, len(series) // 4)
    return [[statistics.median(values) for values in zip(*part)]
            for part in (series[size:2 * size] or series, series[-size:])]


def _judge(series, judge):
    middle, last = _quarters(series)
    for name, before, after, slack in zip(
            ("resident memory", "anonymous memory", "descriptors"), middle, last,
            (SLACK_KB, SLACK_KB, SLACK_DESCRIPTORS)):
        judge.expect(after <= max(before * GROWTH, before + slack),
                     f"{name} grew from {before:,.0f} to {after:,.0f}")

# SPDX-License-Identifier: Apache-2.0
"""SIGTERM, SIGINT and SIGHUP in the middle of everything."""

import concurrent.futures
import http.client
import signal
import threading
import time

from .. import archive, ways
from ..context import Mirror
from ..rows import Judge, Row
from . import sweeps

# Seconds that a seeder is given for transfers under way, and what it may take beside.
SHUTDOWN, MARGIN = 3, 5


def interrupt(context):
    """SIGTERM and SIGHUP at writes of commands, and at moments of daemons under load."""
    yield from sweeps.interruptions(context)
    yield _seed_ends(context)
    yield _seed_goes_on(context)
    yield _track(context)


class Downloads:
    """Clients that fetch files of a mirror again and again, and look at what they get."""

    def __init__(self, address, count=8):
        self.address = address
        self.whole = self.broken = 0
        self.wrong = []
        self.stopped = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(one,)) for one in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self, number):
        while not self.stopped.is_set():
            package = archive.FIRST[number % len(archive.FIRST)]
            number += 1
            try:
                connection = http.client.HTTPConnection(self.address, timeout=20)
                connection.request("GET", f"/{package.path}")
                answer = connection.getresponse()
                # Slowly enough that something is under way when the signal comes.
                body = b""
                while part := answer.read(100_000):
                    body += part
                    time.sleep(0.002)
                connection.close()
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.broken += 1
                time.sleep(0.01)
                continue
            with self.lock:
                if answer.status == 200 and body == package.content:
                    self.whole += 1
                elif answer.status == 503:
                    self.broken += 1
                elif len(body) == int(answer.getheader("Content-Length", -1)):
                    self.wrong.append(f"{package.name}: {answer.status}, {len(body)} bytes")
                else:
                    self.broken += 1

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def _seed_ends(context):
    """Transfers under way end or break, none is whole and wrong; the daemon ends in time."""
    judge, whole, broken, longest = Judge("seed"), 0, 0, 0.0
    times = context.amount(2, 40)
    for number in range(times):
        kind = context.random.choice((signal.SIGTERM, signal.SIGINT))
        mirror = Mirror(
            context, "signal mirror", fields=f"Shutdown-Timeout: {SHUTDOWN}", wait=False)
        judge.what = f"seed, {kind.name}, try {number + 1}"
        downloads = Downloads(mirror.address)
        # A part of these transfers take longer than the daemon waits.
        time.sleep(context.random.uniform(0, 0.5))
        begin = time.monotonic()
        mirror.daemon.signal(kind)
        status = mirror.stop()
        longest = max(longest, time.monotonic() - begin)
        downloads.stop()
        judge.expect(status == 0, f"ended with {status}: {mirror.daemon.errors}")
        judge.expect(longest < SHUTDOWN + MARGIN, f"took {longest:.1f} s")
        judge.defects += downloads.wrong
        whole, broken = whole + downloads.whole, broken + downloads.broken
    return Row("signals", "SIGTERM or SIGINT under transfers", "seed", times, len(judge.defects),
               f"{whole} transfers whole, {broken} refused or broken; gone within {longest:.1f} s",
               {"whole": whole, "broken": broken, "longest": round(longest, 2)}, judge.defects)


def _seed_goes_on(context):
    """SIGHUP opens the log anew: no transfer breaks, and no line is lost."""
    judge = Judge("seed")
    log = context.scratch / "access.log"
    mirror = Mirror(context, "signal mirror", arguments=("--access-log", log))
    before = _requests([log])
    downloads = Downloads(mirror.address)
    times = context.amount(3, 40)
    logs = [log]
    for number in range(times):
        time.sleep(context.random.uniform(0, 0.2))
        logs.append(log.with_suffix(f".{number}"))
        log.rename(logs[-1])
        mirror.daemon.signal(signal.SIGHUP)
        judge.expect(_appears(log), "the log was not opened anew")
    downloads.stop()
    judge.expect(not downloads.broken, f"{downloads.broken} transfers broke")
    judge.defects += downloads.wrong
    judge.expect(mirror.stop() == 0, f"ended badly: {mirror.daemon.errors}")
    lines = _requests(logs) - before
    judge.expect(lines == downloads.whole, f"{lines} lines of {downloads.whole} requests")
    for path in logs:
        path.unlink(missing_ok=True)
    return Row("signals", "SIGHUP under transfers, the log renamed", "seed", times,
               len(judge.defects), f"{downloads.whole} transfers, each with its line", {},
               judge.defects)


def _appears(path, timeout=20):
    end = time.monotonic() + timeout
    while not path.exists() and time.monotonic() < end:
        time.sleep(0.005)
    return path.exists()


def _requests(paths):
    return sum(path.read_text().count(".deb HTTP/1.1") for path in paths if path.exists())


def _track(context):
    """Whoever was answered is in the snapshot, whenever the signal comes."""
    judge, answered = Judge("track"), 0
    way = ways.TrackWay(context)
    place = context.scratch / "signal track"
    way.prepare(place)
    known, times = set(range(way.before)), context.amount(2, 20)
    for number in range(times):
        daemon = way.start(place)
        url = way.url(daemon)
        judge.what = f"track, try {number + 1}"
        ports = range(100 + 1000 * number, 100 + 1000 * number + 400)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            futures = {port: pool.submit(way.announce, place, url, port) for port in ports}
            time.sleep(context.random.uniform(0.02, 0.4))
            daemon.signal(signal.SIGHUP if number % 4 == 3 else signal.SIGTERM)
            if number % 4 == 3:
                time.sleep(0.1)
                judge.expect(daemon.is_running(), "SIGHUP ended it")
            status = daemon.stop()
        judge.expect(status == 0, f"ended with {status}: {daemon.errors}")
        known |= {port for port, future in futures.items() if not future.exception()}
        answered = len(known)
        peers, errors = way.peers(place)
        judge.expect(
            len(known) <= peers, f"{peers} peers of {len(known)} that were answered: {errors}")
        # Some were counted whose answer was lost: from here on they are known.
        known |= {f"lost {number} {extra}" for extra in range(peers - len(known))}
    return Row("signals", "SIGTERM or SIGHUP under announces, then a restart", "track", times,
               len(judge.defects), f"{answered} peers were answered, and are known", {},
               judge.defects)

# SPDX-License-Identifier: Apache-2.0
"""The ways to run each command that writes: what stands before, what it has to leave."""

import dataclasses
import json
import urllib.parse
import urllib.request

from . import archive, reading
from .program import Outcome, counted

OBJECTS = "Torrent-If: any\nTorrent-Web-Seeds: http://mirror.example/debian\nRetire-Limit: 100"


class Way:
    """A way to run a command."""

    # Whether it tells what it finds wrong, a line a file, and ends with 65 for it.
    finds = False


class HashWay(Way):
    """`hash`, for the first time or after an update, beside or in place."""

    def __init__(self, context, name, in_place=False, update=False, known=True):
        self.context = context
        self.name = name
        self.in_place = in_place
        self.update = update
        # Whether there is a ledger with a publisher; its id is random, and part of each torrent's.
        self.known = known

    def _archive(self, place):
        return archive.Archive(place, self.context.keys, self.in_place, OBJECTS)

    def prepare(self, place):
        made = self._archive(place)
        made.publish()
        if self.known:
            self._expect(66, self.context.program.run(
                "hash", "--config", made.configuration, "--suite", "nothing"))
        if self.update:
            self._expect(0, self.run(place, None))
            made.update()

    def _expect(self, status, outcome):
        if outcome.status != status:
            raise RuntimeError(f"{self.name}: cannot prepare: {outcome}")

    def watched(self, place):
        return (place,)

    def begin(self, place, fault, **options):
        return self.context.program.begin(
            "hash", "--config", place / "archive-tool.conf", fault=fault, **options)

    def run(self, place, fault, **options):
        return self.begin(place, fault, **options).finish()

    def result(self, place):
        made = self._archive(place)
        visible = reading.tree(made.visible) if self.known else {}
        names = sorted(path.name for path in made.visible.parent.glob("*"))
        numbers = reading.ledger(made.state, with_identity=self.known)
        pool = reading.tree(made.archive / "pool")
        return {"release": reading.release(made.visible) if self.known else None,
                "set": visible, "names": names, "numbers": numbers, "pool": pool}

    def inspect(self, place, judge, before, after, between=False):
        """What readers see after the fault is whole: all of it from before, or all of it new."""
        made = self._archive(place)
        text = reading.release(made.visible)
        if text is None:
            judge.expect(not self.in_place and not self.update, "the set of before is gone")
        else:
            if self.known and not between:
                judge.expect(text in (before["release"], after["release"]),
                             "Release is neither the old one nor the new one")
            for defect in reading.defects(made.visible, self.context.keys.keyring(made.key)):
                judge.expect(False, defect)
        reading.ledger(made.state)
        judge.expect(reading.tree(made.archive / "pool") == before["pool"], "the pool was changed")

    def compare(self, place, judge, undisturbed, between=False):
        """What it left in the end is what an undisturbed run leaves, byte for byte."""
        result = self.result(place)
        if between:
            # A file that failed took its number later, and one publication more has its traces.
            contents = [sorted(row[6] for row in numbers if row[10] == 0)
                        for numbers in (result["numbers"], undisturbed["numbers"])]
            judge.expect(contents[0] == contents[1], "other contents have numbers")
        else:
            judge.expect(result["numbers"] == undisturbed["numbers"], "other numbers")
            different = reading.difference(result["set"], undisturbed["set"])
            judge.expect(not different, f"differs in {different}")
        judge.expect(result["names"] == undisturbed["names"], f"left behind: {result['names']}")
        judge.expect(result["pool"] == undisturbed["pool"], "the pool was changed")
        made = self._archive(place)
        for defect in reading.defects(made.visible, self.context.keys.keyring(made.key)):
            judge.expect(False, f"in the end, {defect}")


class FollowWay(HashWay):
    """`hash` of a mirror that takes another publisher's numbers."""

    def _archive(self, place):
        fields = (f"{OBJECTS}\nFollow: {place}/upstream/overlay\n"
                  f"Follow-Keyring: {self.context.keys.keyring('operator')}")
        return archive.Archive(place, self.context.keys, fields=fields)

    def _upstream(self, place):
        return archive.Archive(place / "upstream", self.context.keys, fields=OBJECTS)

    def _publish(self, upstream):
        self._expect(0, self.context.program.run("hash", "--config", upstream.configuration))

    def prepare(self, place):
        upstream = self._upstream(place)
        upstream.publish()
        self._publish(upstream)
        made = self._archive(place)
        made.publish()
        if self.update:
            self._expect(0, self.run(place, None))
            upstream.update()
            self._publish(upstream)
            made.update()

    def compare(self, place, judge, undisturbed, between=False):
        super().compare(place, judge, undisturbed, between)
        theirs = reading.ledger(self._upstream(place).state)
        judge.expect(reading.ledger(place / "state") == theirs, "other numbers than upstream's")


class PromoteWay(HashWay):
    """`promote`, and the run behind it that numbers the suite here."""

    # What it says of a suite that follows nobody.
    ALREADY = 78

    def __init__(self, context, name):
        super().__init__(context, name, known=False)

    def prepare(self, place):
        following = FollowWay(self.context, self.name)
        following.prepare(place)
        self._expect(0, following.run(place, None))
        # Writes a configuration that follows nobody.
        self._archive(place)

    def run(self, place, fault, **options):
        arguments = ("--config", place / "archive-tool.conf")
        promoted = self.context.program.run(
            "promote", "--suite", archive.SUITE, *arguments, fault=fault, **options)
        if promoted.status not in (0, self.ALREADY) or promoted.status and fault:
            return promoted
        hashed = self.context.program.run("hash", *arguments)
        return dataclasses.replace(hashed, count=promoted.count)

    def compare(self, place, judge, undisturbed, between=False):
        super().compare(place, judge, undisturbed, between)
        generations = {row[1] for row in reading.ledger(place / "state")}
        judge.expect(generations == {1, 2}, f"generations {generations}")


class RebuildWay(HashWay):
    """`rebuild-ledger` out of a set whose ledger is lost."""

    def prepare(self, place):
        super().prepare(place)
        self._expect(0, super().begin(place, None).finish())
        for path in (place / "state").glob("ledger.sqlite*"):
            path.unlink()

    def begin(self, place, fault, **options):
        # Where there is one already, whether it is the one.
        check = ["--check"] if (place / "state" / "ledger.sqlite").exists() else []
        return self.context.program.begin(
            "rebuild-ledger", *check, "--keyring", self.context.keys.keyring("operator"),
            "--config", place / "archive-tool.conf", fault=fault, **options)

    def result(self, place):
        state = sorted(path.name for path in (place / "state").glob("*")
                       if not path.name.endswith(("-wal", "-shm")))
        return {**super().result(place), "state": state}

    def inspect(self, place, judge, before, after, between=False):
        super().inspect(place, judge, before, after, between)
        judge.expect(reading.ledger(place / "state") in (None, after["numbers"]),
                     "a ledger that lacks numbers")

    def compare(self, place, judge, undisturbed, between=False):
        super().compare(place, judge, undisturbed, between)
        # Empty; the next one takes it away.
        left = [name for name in self.result(place)["state"] if name != "ledger.rebuilding"]
        judge.expect(left == undisturbed["state"], f"left behind: {left}")


class VerifyWay(HashWay):
    """`verify`, of a set that is whole; or `verify --repair` of one that is damaged."""

    finds = True

    def __init__(self, context, name, repair=False):
        super().__init__(context, name)
        self.repair = ["--repair"] if repair else []

    def prepare(self, place):
        super().prepare(place)
        self._expect(0, super().begin(place, None).finish())
        if self.repair:
            visible = self._archive(place).visible
            (visible / "main" / "binary-amd64" / "Packages-pieces.gz").unlink()
            for path in visible.glob("main/binary-amd64/Packages.xz"):
                path.unlink()
                path.write_bytes(b"no index")

    def begin(self, place, fault, **options):
        return self.context.program.begin(
            "verify", *self.repair, "--percent", 100, "--config",
            place / "archive-tool.conf", fault=fault, **options)

    def inspect(self, place, judge, before, after, between=False):
        made = self._archive(place)
        reading.ledger(made.state)
        judge.expect(reading.tree(made.archive / "pool") == before["pool"], "the pool was changed")
        now = reading.tree(made.visible)
        judge.expect(now in (before["set"], after["set"]),
                     f"differs in {reading.difference(now, after['set'])}")


class FilesWay(Way):
    """A command that writes files to a directory out of what was published."""

    def __init__(self, context, name, arguments):
        self.context = context
        self.name = name
        self.arguments = arguments

    def prepare(self, place):
        made = archive.Archive(place, self.context.keys, fields=OBJECTS)
        made.publish()
        outcome = self.context.program.run("hash", "--config", made.configuration)
        if outcome.status != 0:
            raise RuntimeError(f"cannot prepare: {outcome}")
        (place / "out").mkdir()

    def watched(self, place):
        return (place,)

    def run(self, place, fault, **options):
        return self.begin(place, fault, **options).finish()

    def begin(self, place, fault, **options):
        return self.context.program.begin(
            *[str(word).format(place=place) for word in self.arguments], "--quiet",
            "--config", place / "archive-tool.conf", "-d", place / "out", fault=fault, **options)

    def result(self, place):
        return reading.tree(place / "out")

    def inspect(self, place, judge, before, after, between=False):
        """Each file that has its name is whole; of the others nothing is thought to be one."""
        found = self.result(place)
        for name, content in found.items():
            if name in after:
                judge.expect(content == after[name], f"{name} has its name and is not whole")
            else:
                judge.expect(name.endswith((".new", ".partial")), f"{name} was made")
        reading.ledger(place / "state")

    def compare(self, place, judge, undisturbed, between=False):
        different = reading.difference(self.result(place), undisturbed)
        judge.expect(not different, f"differs in {different}")


class FetchWay(FilesWay):
    """`fetch` from a mirror that serves."""

    def __init__(self, context, name, mirror):
        super().__init__(context, name, ())
        self.mirror = mirror

    def prepare(self, place):
        (place / "out").mkdir(parents=True)

    def begin(self, place, fault, **options):
        names = [package.name for package in archive.FIRST]
        return self.context.program.begin(
            "fetch", *names, "--mirror", self.mirror.url, "--suite", archive.SUITE,
            "--architecture", "amd64", "--keyring", self.context.keys.keyring("archive"),
            "--keyring", self.context.keys.keyring("operator"), "--cache", place / "cache",
            "--directory", place / "out", "--quiet", fault=fault, **options)

    def inspect(self, place, judge, before, after, between=False):
        for name, content in self.result(place).items():
            if name in after:
                judge.expect(content == after[name], f"{name} has its name and is not whole")
            else:
                judge.expect(name.endswith(".partial"), f"{name} was made")


class TrackWay(Way):
    """`track`, whose swarms outlive it in a snapshot, written anew when it is told to end."""

    name = "track, snapshot"
    before, after = 3, 5

    def __init__(self, context):
        self.context = context
        self.identities = {}

    def prepare(self, place):
        made = archive.Archive(place, self.context.keys, fields=OBJECTS)
        made.publish()
        run = self.context.program.run
        outcome = run("hash", "--config", made.configuration)
        if outcome.status != 0:
            raise RuntimeError(f"cannot prepare: {outcome}")
        outcome = self._serve(place, None, range(self.before))
        if outcome.status != 0:
            raise RuntimeError(f"cannot prepare: {outcome}")

    def watched(self, place):
        return (place / "state",)

    def run(self, place, fault):
        return self._serve(place, fault, range(self.before, self.after))

    def start(self, place, fault=None, before=()):
        return self.context.program.start(
            "track", "--http", "127.0.0.1:0", "--config", place / "archive-tool.conf", fault=fault,
            before=before)

    def _serve(self, place, fault, ports):
        daemon = self.start(place, fault)
        try:
            url = self.url(daemon)
            for port in ports:
                self.announce(place, url, 6881 + port)
        except (RuntimeError, OSError):
            # Where there is a fault, it came first.
            if fault is None:
                raise
        status = daemon.stop()
        return Outcome(status, "", "" if status == 0 else daemon.errors, counted(daemon.counter))

    @staticmethod
    def url(daemon):
        return daemon.address("listening on ")

    def _identity(self, place):
        """The id of a torrent that the tracker answers for, as a URL has it."""
        if place not in self.identities:
            self.identities[place] = self._shown(place)
        return self.identities[place]

    def _shown(self, place):
        outcome = self.context.program.run(
            "show", "canon", "--json", "--config", place / "archive-tool.conf")
        return urllib.parse.quote(bytes.fromhex(_find(json.loads(outcome.output), "torrent")))

    def announce(self, place, url, port):
        with urllib.request.urlopen(
                f"{url}/announce?info_hash={self._identity(place)}&peer_id=-XX0000-{port:012}"
                f"&port={port}"
                "&left=0&uploaded=0&downloaded=0&event=started&compact=1", timeout=20) as answer:
            if b"failure reason" in (text := answer.read()):
                raise RuntimeError(text)

    def count(self, place, daemon):
        """How many peers a tracker knows."""
        with urllib.request.urlopen(
                f"{self.url(daemon)}/scrape?info_hash={self._identity(place)}",
                timeout=20) as answer:
            text = answer.read()
        return int(text.split(b"8:completei")[1].split(b"e")[0]) if b"8:completei" in text else 0

    def peers(self, place):
        """How many peers a tracker knows that begins with what is there."""
        daemon = self.start(place)
        try:
            return self.count(place, daemon), daemon.errors
        finally:
            # Killed, so that it writes no snapshot of its own.
            daemon.process.kill()
            daemon.stop()

    def result(self, place):
        return None

    def inspect(self, place, judge, before, after, between=False):
        peers, errors = self.peers(place)
        judge.expect(peers in (self.before, self.after), f"{peers} peers after it: {errors}")
        reading.ledger(place / "state")

    def compare(self, place, judge, undisturbed, between=False):
        peers, errors = self.peers(place)
        judge.expect(peers == self.after, f"{peers} peers in the end: {errors}")
        left = sorted(path.name for path in (place / "state").glob("*.new"))
        judge.expect(not left, f"left behind: {left}")


def _find(value, name):
    """The first value of that name in a document."""
    if isinstance(value, dict):
        if isinstance(value.get(name), str):
            return value[name]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            if (found := _find(one, name)) is not None:
                return found
    return None

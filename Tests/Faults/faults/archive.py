# SPDX-License-Identifier: Apache-2.0
"""Small signed archives, the same bytes each time."""

import dataclasses
import functools
import gzip
import hashlib
import lzma
import pathlib
import random
import shutil
import subprocess
import tempfile
import time

SUITE = "faults"


@dataclasses.dataclass(frozen=True)
class Package:
    name: str
    version: str
    size: int
    architecture: str = "amd64"

    @property
    def path(self):
        name = f"{self.name}_{self.version}_{self.architecture}.deb"
        return f"pool/main/{self.name[0]}/{self.name}/{name}"

    @functools.cached_property
    def content(self):
        return random.Random(f"{self.name} {self.version}").randbytes(self.size)

    @functools.cached_property
    def sha256(self):
        return hashlib.sha256(self.content).hexdigest()

    def stanza(self):
        return (f"Package: {self.name}\nVersion: {self.version}\n"
                f"Architecture: {self.architecture}\nMaintainer: Nobody <nobody@localhost>\n"
                "Section: misc\nPriority: optional\n"
                f"Filename: {self.path}\nSize: {self.size}\nSHA256: {self.sha256}\n"
                f"Description: a package that is {self.name}\n")


FIRST = (
    Package("adagio", "1.0", 5_000), Package("ballad", "1.0", 40_000),
    Package("canon", "1.0", 700_000), Package("duet", "1.0", 17_000),
    Package("etude-doc", "1.0", 9_000, "all"), Package("fugue-doc", "1.0", 130_000, "all"))
# One new, one gone, one replaced, and one of architecture all.
UPDATED = (
    Package("adagio", "1.0", 5_000), Package("ballad", "1.1", 41_000),
    Package("canon", "1.0", 700_000), Package("gavotte", "1.0", 22_000),
    Package("etude-doc", "1.0", 9_000, "all"), Package("fugue-doc", "1.0", 130_000, "all"),
    Package("hornpipe-doc", "2.0", 64_000, "all"))
DATES = ("Thu, 20 Nov 2025 08:00:00 UTC", "Fri, 21 Nov 2025 08:00:00 UTC")


def date(seconds):
    """A time as Release has it."""
    return time.strftime("%a, %d %b %Y %H:%M:%S UTC", time.gmtime(seconds))


class Keys:
    """Throwaway keys without passphrase."""

    def __init__(self, directory):
        self.home = directory / "gnupg"
        self.home.mkdir(mode=0o700)
        self.fingerprints = {name: self._make(name) for name in ("archive", "operator")}

    def keyring(self, name):
        return self.home / f"{name}.gpg"

    def gpg(self, *arguments, **options):
        command = ["gpg", "--homedir", self.home, "--batch", "--quiet", "--no-tty", "--yes"]
        return subprocess.run([*command, *arguments], check=True, capture_output=True, **options)

    def _make(self, name):
        user = f"{name} <{name}@localhost>"
        self.gpg("--passphrase", "", "--quick-generate-key", user, "ed25519", "sign", "never")
        listing = self.gpg("--list-keys", "--with-colons", f"={user}").stdout.decode()
        self.gpg("--output", self.keyring(name), "--export", f"={user}")
        return next(line.split(":")[9] for line in listing.splitlines() if line.startswith("fpr:"))

    def close(self):
        subprocess.run(["gpgconf", "--homedir", self.home, "--kill", "all"], check=False)


class Archive:
    """An archive with one suite, and places for all that is made of it, below one directory."""

    def __init__(self, directory, keys, in_place=False, fields=""):
        self.directory = pathlib.Path(directory)
        self.keys = keys
        self.in_place = in_place
        self.archive = self.directory / "archive"
        self.overlay = self.directory / "overlay"
        self.state = self.directory / "state"
        self.configuration = self.directory / "archive-tool.conf"
        self.directory.mkdir(parents=True, exist_ok=True)
        self.configure(fields)

    @property
    def key(self):
        """Who signs what the program publishes."""
        return "archive" if self.in_place else "operator"

    @property
    def visible(self):
        """Where readers find what the program publishes."""
        return (self.archive if self.in_place else self.overlay) / "dists" / SUITE

    def configure(self, fields=""):
        place = "Publish: in-place" if self.in_place else f"Output: {self.overlay}"
        self.configuration.write_text(
            f"Archive: {self.archive}\n{place}\nState: {self.state}\nSuites: {SUITE}\n"
            f"Keyring: {self.keys.keyring('archive')}\n"
            f"Sign-Key: {self.keys.fingerprints[self.key]}\n{fields}\n")

    def publish(self, packages=FIRST, date=DATES[0], valid_until=None):
        """What the archive's own software does: pool, indices, Release, signatures."""
        for package in packages:
            path = self.archive / package.path
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(package.content)
        for path in self.archive.glob("pool/main/*/*/*.deb"):
            if str(path.relative_to(self.archive)) not in {package.path for package in packages}:
                path.unlink()
        with tempfile.TemporaryDirectory(dir=self.directory) as place:
            staging = pathlib.Path(place) / SUITE
            self._write_indices(staging, packages)
            self._write_release(staging, date, valid_until)
            dists = self.archive / "dists" / SUITE
            shutil.rmtree(dists, ignore_errors=True)
            dists.parent.mkdir(parents=True, exist_ok=True)
            staging.rename(dists)

    def _write_indices(self, staging, packages):
        # As Debian's own archive: packages of architecture all stand in each index.
        text = "\n".join(package.stanza() for package in packages).encode()
        directory = staging / "main" / "binary-amd64"
        directory.mkdir(parents=True)
        named = directory / "by-hash" / "SHA256"
        named.mkdir(parents=True)
        for name, content in (("Packages", text), ("Packages.gz", gzip.compress(text, mtime=0)),
                              ("Packages.xz", lzma.compress(text))):
            (directory / name).write_bytes(content)
            (named / hashlib.sha256(content).hexdigest()).write_bytes(content)

    def _write_release(self, staging, date, valid_until):
        lines = ["Origin: Faults", "Label: Faults", f"Suite: {SUITE}", f"Codename: {SUITE}",
                 f"Date: {date}", "Architectures: all amd64", "Components: main",
                 "Acquire-By-Hash: yes"]
        if valid_until:
            lines.append(f"Valid-Until: {valid_until}")
        lines.append("SHA256:")
        for path in sorted(staging.glob("main/*/Packages*")):
            content = path.read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            lines.append(f" {digest} {len(content)} {path.relative_to(staging)}")
        release = staging / "Release"
        release.write_text("\n".join(lines) + "\n")
        user = self.keys.fingerprints["archive"]
        for name, how in (("InRelease", ["--clearsign"]),
                          ("Release.gpg", ["--armor", "--detach-sign"])):
            self.keys.gpg("--local-user", user, "--output", staging / name, *how, release)

    def update(self):
        self.publish(UPDATED, DATES[1])

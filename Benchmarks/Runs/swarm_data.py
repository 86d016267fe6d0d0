# SPDX-License-Identifier: Apache-2.0
"""A signed archive of real packages, and which of them each client wants."""

import bisect
import email.utils
import glob
import hashlib
import itertools
import os
import random
import re
import shutil
import subprocess
import sys

from measuring import Failed

SUITE = "swarm"
INDEX = "main/binary-amd64/Packages"
# 1 January 2025: the archive is the same one whenever it is made.
DATE = 1735732800


class Package:
    """A stanza of the machine's own apt lists."""

    def __init__(self, stanza):
        self.stanza = stanza
        fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", stanza, re.M))
        self.name = fields["Package"]
        self.path = fields["Filename"]
        self.size = int(fields["Size"])
        self.sha256 = fields["SHA256"]
        self.version = fields["Version"]
        self.architecture = fields["Architecture"]

    @property
    def base(self):
        return os.path.basename(self.path)


def choose(count):
    """So many packages whose sizes are spread as the archive's are.

    The archive is cut by size into as many classes of equally many packages, and the smallest of
    each is taken.
    """
    lists = glob.glob("/var/lib/apt/lists/*_main_binary-amd64_Packages*")
    if not lists:
        raise Failed("no Packages among apt's lists: run 'apt-get update'")
    text = subprocess.run(
        ["/usr/lib/apt/apt-helper", "cat-file", max(lists, key=os.path.getsize)], check=True,
        stdout=subprocess.PIPE, text=True).stdout
    packages = {}
    for stanza in text.rstrip("\n").split("\n\n"):
        package = Package(stanza)
        # Of a package in two versions the later one in the list stands for both.
        packages[package.name] = package
    ordered = sorted(packages.values(), key=lambda package: (package.size, package.path))
    return [ordered[position * len(ordered) // count] for position in range(count)]


class SwarmArchive:
    """An archive in a directory, made at first use; its configuration, key and ledger.

    `home` is a short name that it makes for the directory of the key: a socket is opened there.
    """

    def __init__(self, path, home, tool, count, settings):
        self.path = path
        self.home = home
        self.tool = tool
        self.root = f"{path}/archive"
        self.keyring = f"{path}/archive.gpg"
        self.configuration = f"{path}/archive-tool.conf"
        self.packages = choose(count)
        os.makedirs(self.root, exist_ok=True)
        os.makedirs(f"{path}/keys", 0o700, exist_ok=True)
        os.symlink(f"{path}/keys", home)
        self.fetch()
        self.publish()
        self.hash(settings)

    @property
    def bytes(self):
        return sum(package.size for package in self.packages)

    def fetch(self):
        """Brings the files that are not there, by apt."""
        missing = [package for package in self.packages if not self.has(package)]
        if not missing:
            return
        print(f"fetching {len(missing)} packages", file=sys.stderr)
        work = f"{self.path}/fetching"
        shutil.rmtree(work, ignore_errors=True)
        os.makedirs(work)
        names = [f"{package.name}={package.version}" for package in missing]
        subprocess.run(
            ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *names], cwd=work,
            check=True, stdin=subprocess.DEVNULL)
        found = {digest(f"{work}/{name}"): f"{work}/{name}" for name in os.listdir(work)}
        for package in missing:
            if package.sha256 not in found:
                raise Failed(f"apt-get brought another {package.name} than its list says")
            target = f"{self.root}/{package.path}"
            os.makedirs(os.path.dirname(target), exist_ok=True)
            os.replace(found[package.sha256], target)
        shutil.rmtree(work)

    def has(self, package):
        try:
            return digest(f"{self.root}/{package.path}") == package.sha256
        except FileNotFoundError:
            return False

    def publish(self):
        """Indices and a signed Release."""
        if not os.path.exists(self.keyring):
            self.gpg(
                "--passphrase", "", "--quick-generate-key",
                "Benchmark archive (throwaway) <benchmark@localhost>", "ed25519", "sign", "never")
            self.gpg("--output", self.keyring, "--export")
        suite = f"{self.root}/dists/{SUITE}"
        shutil.rmtree(suite, ignore_errors=True)
        os.makedirs(os.path.dirname(f"{suite}/{INDEX}"))
        with open(f"{suite}/{INDEX}", "w") as file:
            file.write("".join(f"{package.stanza}\n\n" for package in self.packages))
        subprocess.run(["gzip", "-9nk", f"{suite}/{INDEX}"], check=True)
        values = {
            "Origin": "Benchmark", "Label": "Benchmark", "Suite": SUITE, "Codename": SUITE,
            "Date": email.utils.formatdate(DATE).replace("-0000", "UTC"),
            "Architectures": "all amd64", "Components": "main",
            "No-Support-for-Architecture-all": "Packages"}
        sums = "".join(
            f" {digest(f'{suite}/{name}')} {os.path.getsize(f'{suite}/{name}')} {name}\n"
            for name in (INDEX, f"{INDEX}.gz"))
        with open(f"{suite}/Release", "w") as file:
            file.write("".join(f"{key}: {value}\n" for key, value in values.items()))
            file.write(f"SHA256:\n{sums}")
        self.gpg("--clearsign", "--output", f"{suite}/InRelease", f"{suite}/Release")

    def hash(self, settings):
        """Numbers the packages and writes the overlay, signed too."""
        listing = self.gpg("--list-keys", "--with-colons").decode()
        lines = {
            "Archive": self.root, "Output": f"{self.path}/out", "State": f"{self.path}/state",
            "Suites": SUITE, "Keyring": self.keyring,
            "Sign-Key": re.search(r"^fpr:+([0-9A-F]{40}):", listing, re.M)[1], **settings}
        with open(self.configuration, "w") as file:
            file.write("".join(f"{key}: {value}\n" for key, value in lines.items()))
        subprocess.run(
            [self.tool, "hash", "--config", self.configuration, "--quiet"], check=True,
            env=self.environment)

    # The key

    @property
    def environment(self):
        return dict(os.environ, GNUPGHOME=self.home, LC_ALL="C")

    def gpg(self, *arguments):
        return subprocess.run(
            ["gpg", "--batch", "--quiet", "--no-tty", "--yes", *arguments], check=True,
            env=self.environment, stdout=subprocess.PIPE).stdout

    def end(self):
        subprocess.run(
            ["gpgconf", "--homedir", self.home, "--kill", "all"], stderr=subprocess.DEVNULL)


def draw(packages, clients, count, seed):
    """`count` packages for each client, in no order; the popular ones are drawn by more of them.

    The popularity of a package is the inverse of its rank, which has nothing to do with its size.
    """
    generator = random.Random(seed)
    ranked = generator.sample(packages, len(packages))
    return [pick(ranked, count, generator) for _ in range(clients)]


def pick(ranked, count, generator):
    weights = list(itertools.accumulate(1 / rank for rank in range(1, len(ranked) + 1)))
    chosen = []
    while len(chosen) < min(count, len(ranked)):
        package = ranked[bisect.bisect(weights, generator.random() * weights[-1])]
        if package not in chosen:
            chosen.append(package)
    return generator.sample(chosen, len(chosen))


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

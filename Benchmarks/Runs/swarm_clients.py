# SPDX-License-Identifier: Apache-2.0
"""The mirror, and the two kinds of clients: `archive-tool fetch` and curl."""

import json
import os
import shutil
import signal
import subprocess
import time

from measuring import Failed
from seed_servers import Server
from swarm_data import SUITE, digest

# All of them in namespaces where nobody else listens.
HTTP_PORT, TRACKER_PORT, PEER_PORT = 80, 6969, 6881


class Mirror(Server):
    """`archive-tool seed` with its tracker, and as a peer."""

    def __init__(self, archive, network, scratch):
        host = network.address(0)
        super().__init__("archive-tool seed", scratch, host, network.inside(0))
        self.url = f"http://{host}:{HTTP_PORT}"
        command = [
            archive.tool, "seed", "--config", archive.configuration, "--http",
            f"{host}:{HTTP_PORT}", "--tracker-http", f"{host}:{TRACKER_PORT}"]
        if can_be_peer(archive.tool):
            command += ["--peer", f"{host}:{PEER_PORT}"]
        self.start(command, archive.environment)
        self.pid = self.process.pid
        self.wait_for("its address", self.is_listening)

    def is_listening(self):
        with open(self.errors) as file:
            lines = file.read()
            return "listening on" in lines and "tracker on" in lines


def can_be_peer(tool):
    done = subprocess.run([tool, "seed", "--help"], check=True, stdout=subprocess.PIPE, text=True)
    return "--peer" in done.stdout


class Client:
    """Something that brings packages to a directory of its own, in its own namespace."""

    def __init__(self, number, packages, network, scratch):
        self.number = number
        self.packages = packages
        self.network = network
        self.directory = f"{scratch}/{self.name}-{number}"
        shutil.rmtree(self.directory, ignore_errors=True)
        os.makedirs(f"{self.directory}/files")
        self.process = None
        self.seconds = None

    @property
    def bytes(self):
        return sum(package.size for package in self.packages)

    def start(self, url):
        with open(f"{self.directory}/output", "wb") as output, \
                open(f"{self.directory}/errors", "wb") as errors:
            self.begun = time.monotonic()
            self.process = subprocess.Popen(
                [*self.network.inside(self.number), *self.command(url)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=errors)

    def look(self):
        """Whether all of its files are there."""
        if self.seconds is None and self.is_complete():
            self.seconds = time.monotonic() - self.begun
        return self.seconds is not None

    def is_complete(self):
        """For a client that ends when it has everything."""
        status = self.process.poll()
        if status:
            raise Failed(f"{self.name} {self.number}: exit status {status}: {self.errors()}")
        return status == 0

    def errors(self):
        with open(f"{self.directory}/errors", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)

    def check(self):
        """Every file is there, with the bytes that the index lists."""
        for package in self.packages:
            path = f"{self.directory}/files/{package.base}"
            if not os.path.exists(path) or digest(path) != package.sha256:
                raise Failed(f"{self.name} {self.number}: {package.base} is not what it should be")


class Curl(Client):
    """One process, one connection, one file after the other."""

    name = "curl"

    def command(self, url):
        with open(f"{self.directory}/urls", "w") as file:
            file.writelines(
                f'url = "{url}/{package.path}"\n' for package in self.packages)
        return [
            "curl", "-q", "--silent", "--show-error", "--fail", "--globoff", "--noproxy", "*",
            "--remote-name-all", "--output-dir", f"{self.directory}/files", "--config",
            f"{self.directory}/urls"]


class Fetch(Client):
    """`archive-tool fetch`, with indices as after an update; it shares until it is stopped."""

    name = "fetch"

    def __init__(self, number, packages, network, scratch, archive, peers=(), share=True):
        super().__init__(number, packages, network, scratch)
        self.archive = archive
        self.peers = peers
        self.share = share
        self.report = None
        shutil.copytree(f"{scratch}/indices", f"{self.directory}/cache")

    def command(self, url):
        words = fetch_command(self.archive, url, f"{self.directory}/cache")
        words += ["--directory", f"{self.directory}/files", "--json"]
        words += ["--listen", f"{self.network.address(self.number)}:{PEER_PORT}"]
        words += ["--share"] if self.share else []
        for number in self.peers:
            words += ["--peer", f"{self.network.address(number)}:{PEER_PORT}"]
        return words + [
            f"{package.name}={package.version}" for package in self.packages]

    def is_complete(self):
        if super().is_complete() or os.path.getsize(f"{self.directory}/output"):
            try:
                with open(f"{self.directory}/output") as file:
                    self.report = json.load(file)
            except json.JSONDecodeError:
                return False
        return self.report is not None

    def stop(self):
        super().stop()
        if self.process and self.process.returncode:
            raise Failed(
                f"fetch {self.number}: exit status {self.process.returncode}: {self.errors()}")


def fetch_command(archive, url, cache):
    return [
        archive.tool, "fetch", "--mirror", url, "--suite", SUITE, "--architecture", "amd64",
        "--keyring", archive.keyring, "--cache", cache]


def warm(archive, network, mirror, scratch):
    """The indices, as an update leaves them: what a client asks for before it fetches."""
    smallest = min(archive.packages, key=lambda package: package.size)
    subprocess.run(
        [*network.inside(1), *fetch_command(archive, mirror.url, f"{scratch}/indices"),
         "--directory", f"{scratch}/first", "--no-peers", smallest.name], check=True,
        stdin=subprocess.DEVNULL)

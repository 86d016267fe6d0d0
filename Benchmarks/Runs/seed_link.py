# SPDX-License-Identifier: Apache-2.0
"""Two network namespaces with a long wire between them."""

import os
import subprocess

from measuring import Failed

SERVER, CLIENT = "10.213.0.1", "10.213.0.2"


class Link:
    """A link with a delay in each direction, by link-delay; namespaces are made and removed."""

    def __init__(self):
        if os.geteuid() != 0:
            raise Failed("pieces: network namespaces need root")
        self.names = [f"seed-bench-{os.getpid()}-{end}" for end in ("a", "b")]
        self.wire = None

    def make(self, program, milliseconds):
        for name in self.names:
            ip("netns", "add", name)
        ends = [word for name in self.names for word in (f"/run/netns/{name}", "wire")]
        self.wire = subprocess.Popen(
            [program, str(milliseconds), *ends], stdout=subprocess.PIPE, text=True)
        if self.wire.stdout.readline() != "ready\n":
            raise Failed("link-delay does not start")
        pair = ((self.names[0], SERVER, CLIENT), (self.names[1], CLIENT, SERVER))
        for name, own, other in pair:
            ip("-n", name, "address", "add", own, "peer", other, "dev", "wire")
            ip("-n", name, "link", "set", "wire", "txqueuelen", "10000", "up")
            ip("-n", name, "link", "set", "lo", "up")

    @property
    def server(self):
        """What a command begins with that runs at one end."""
        return ["ip", "netns", "exec", self.names[0]]

    @property
    def client(self):
        return ["ip", "netns", "exec", self.names[1]]

    def end(self):
        if self.wire:
            self.wire.terminate()
            self.wire.wait()
        for name in self.names:
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)

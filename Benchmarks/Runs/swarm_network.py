# SPDX-License-Identifier: Apache-2.0
"""Network namespaces around one bridge: a mirror whose uplink is narrow, and its clients."""

import json
import os
import subprocess

from measuring import Failed

# What is sent at once at most, and how long a packet may queue.
BURST, LATENCY = "32kb", "100ms"


class Network:
    """The mirror is number 0, clients are 1 and up; `end` removes all of it."""

    def __init__(self, clients):
        if os.geteuid() != 0:
            raise Failed("network namespaces need root")
        self.hub = f"swarm-bench-{os.getpid()}-hub"
        self.names = [f"swarm-bench-{os.getpid()}-{number}" for number in range(clients + 1)]
        self.made = []

    def make(self):
        self.add(self.hub)
        ip("-n", self.hub, "link", "add", "bridge", "type", "bridge")
        ip("-n", self.hub, "link", "set", "bridge", "up")
        for number, name in enumerate(self.names):
            self.add(name)
            port = f"port{number}"
            ip("-n", self.hub, "link", "add", port, "type", "veth", "peer", "wire", "netns", name)
            ip("-n", self.hub, "link", "set", port, "master", "bridge", "up")
            ip("-n", name, "address", "add", f"{self.address(number)}/24", "dev", "wire")
            ip("-n", name, "link", "set", "wire", "up")
            ip("-n", name, "link", "set", "lo", "up")

    def add(self, name):
        ip("netns", "add", name)
        self.made.append(name)

    @staticmethod
    def address(number):
        return f"10.214.0.{number + 1}"

    def inside(self, number):
        """What a command begins with that runs there."""
        return ["ip", "netns", "exec", self.names[number]]

    def shape(self, megabits):
        """From now on the mirror sends so many megabits a second, headers included."""
        subprocess.run(
            ["tc", "-n", self.names[0], "qdisc", "add", "dev", "wire", "root", "tbf", "rate",
             f"{megabits}mbit", "burst", BURST, "latency", LATENCY], check=True)

    def sent(self):
        """Bytes that left the mirror since it is shaped, headers included."""
        done = subprocess.run(
            ["tc", "-n", self.names[0], "-s", "-j", "qdisc", "show", "dev", "wire"], check=True,
            stdout=subprocess.PIPE)
        return json.loads(done.stdout)[0]["bytes"]

    def end(self):
        for name in reversed(self.made):
            subprocess.run(["ip", "netns", "delete", name], stderr=subprocess.DEVNULL)
        self.made = []


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True)

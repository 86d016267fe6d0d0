# SPDX-License-Identifier: Apache-2.0
"""The tree that is served, what is asked of it, and the numbers of its pieces."""

import os
import re
import subprocess

from measuring import Failed
from tree import INDEX, Tree

MIB = 1 << 20
SIZES = "4096:1000,60000:1000,100M:4"
FIXED = 2004
PACKAGES = FIXED + 2000
SPARSE = "pool/sparse"
SPARSE_SIZE = 10**9


class SeedTree(Tree):
    """A hashed archive: files of the sizes that are measured, and 2000 of real sizes."""

    def __init__(self, path, tool, environment):
        super().__init__(
            path, tool, environment,
            ["--packages", str(PACKAGES), "--bytes", "1T", "--sizes", SIZES])
        self.hash()
        sparse = f"{self.archive}/{SPARSE}"
        with open(sparse, "ab") as file:
            file.truncate(SPARSE_SIZE)
        self.seed_config = self.configure(
            "Max-Connections: 100000", "Max-Connections-Per-Address: 100000",
            "Idle-Timeout: 3600")
        self.pieces = PieceNumbers(self)

    # What is asked for: lines for http-load

    def whole(self, files):
        return "".join(line(self, name, 0, 0) for name, _ in files)

    def of_size(self, size):
        return [file for file in self.files[:FIXED] if file[1] == size]

    def ranges(self):
        """Ranges of 1 MiB of the large files, in an order that no read-ahead guesses."""
        asked = [
            line(self, name, start, MIB) for name, size in self.of_size(10**8)
            for start in range(0, size - MIB, MIB)]
        # 37 has no factor in common with any number of ranges that there are here.
        return "".join(asked[number * 37 % len(asked)] for number in range(len(asked)))

    def sparse(self):
        return line(self, SPARSE, 0, 0)


def line(tree, name, offset, length):
    # What a client must encode in a path; a name in a pool has nothing else of the kind.
    target = name.replace("%", "%25").replace("+", "%2B").replace("~", "%7E")
    return f"/{target} {tree.archive}/{name} {offset} {length}\n"


class PieceNumbers:
    """The files of real sizes of one torrent, with the numbers of their pieces."""

    def __init__(self, tree):
        self.root = tree.archive
        release = f"{tree.path}/out/dists/bench/Release"
        with open(release) as file:
            self.torrent = re.search(r"^ ([0-9a-f]{40}) amd64 ", file.read(), re.M)[1]
        text = subprocess.run(
            ["xz", "-dc", f"{tree.path}/out/{INDEX}.xz"], check=True, stdout=subprocess.PIPE).stdout
        fixed = {name for name, _ in tree.files[:FIXED]}
        self.files = []
        for stanza in text.decode().split("\n\n"):
            fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", stanza, re.M))
            if fields.get("Architecture") == "amd64" and fields["Filename"] not in fixed:
                first, _, last = fields["Piece-Numbers"].partition("-")
                self.files.append((
                    fields["Filename"], int(fields["Size"]), int(first), int(last or first),
                    int(fields.get("Piece-Size", 0))))

    def small(self, count):
        """Files of one piece, under 60 KB."""
        files = [file for file in self.files if file[1] < 60_000]
        if len(files) < count:
            raise Failed(f"{self.root}: only {len(files)} files under 60 KB")
        return files[:count]

    def mixed(self, count):
        """Files as an installation has them, of so many pieces together."""
        chosen, pieces = [], 0
        for file in self.files:
            pieces += file[3] - file[2] + 1
            if pieces > count:
                return chosen
            chosen.append(file)
        raise Failed(f"{self.root}: only {pieces} pieces")


def read_all(tree):
    """Reads every file once: into the page cache."""
    for name, _ in tree.files:
        with open(f"{tree.archive}/{name}", "rb") as file:
            while file.read(MIB):
                pass
    with open(os.path.join(tree.archive, SPARSE), "rb") as file:
        while file.read(MIB):
            pass

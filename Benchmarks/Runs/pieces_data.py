# SPDX-License-Identifier: Apache-2.0
"""The files whose pieces are hashed, and what torrents of them must hold."""

import functools
import math
import os
import random
import re
import subprocess

from measuring import Failed
from tree import Tree

LARGE_SIZE = 2 * 10**9


class Data:
    """Files below a root; their torrent is made of `source`, a directory or the only file."""

    def __init__(self, title, root, source, files, base, scratch):
        self.title = title
        self.root = root
        self.source = source
        self.base = base
        self.count = len(files)
        self.sizes = [size for _, size in files]
        self.size = sum(self.sizes)
        self.names = f"{scratch}/names-{self.count}"
        with open(self.names, "w") as file:
            file.writelines(f"{name}\n" for name, _ in files)

    @classmethod
    def many(cls, directory, scratch):
        """2 GB in 12000 files: real sizes divided by 8, and so is the piece size."""
        options = ("--packages", "12000", "--bytes", "2.1G")
        tree = Tree(os.path.abspath(f"{directory}/pieces-many"), None, None, options)
        base = tree.made["pieceSize"]
        title = f"{len(tree.files)} files"
        return cls(title, tree.archive, f"{tree.archive}/pool", tree.files, base, scratch)

    @classmethod
    def large(cls, directory, scratch):
        """2 GB in one file, in pieces of 1 MiB: with a smaller base they would be no smaller."""
        root, name = os.path.abspath(f"{directory}/pieces-large"), "large"
        if not os.path.exists(f"{root}/{name}"):
            os.makedirs(root, exist_ok=True)
            generator, part = random.Random(name), 1 << 20
            with open(f"{root}/{name}.new", "wb") as file:
                for start in range(0, LARGE_SIZE, part):
                    file.write(generator.randbytes(min(part, LARGE_SIZE - start)))
            os.rename(f"{root}/{name}.new", f"{root}/{name}")
        return cls("one file", root, f"{root}/{name}", [(name, LARGE_SIZE)], 1 << 20, scratch)

    @functools.lru_cache(maxsize=None)
    def folded(self, passes, hashes):
        """All digests of one kind or several, xored, by libcrypto."""
        with open(self.names) as file:
            text = subprocess.run(
                [passes, "--hashes", hashes, str(self.base), self.root], stdin=file, check=True,
                stdout=subprocess.PIPE).stdout
        return self.fold_of(text)

    def fold_of(self, text):
        """The last word of `FILES BYTES ... FOLDED`, when the numbers are those of these files."""
        words = text.decode().split()
        if words[:2] != [str(self.count), str(self.size)]:
            raise Failed(f"{self.count} files of {self.size} bytes were hashed otherwise: {words}")
        return words[-1]

    def check_torrent(self, path, hybrid, passes):
        """Of one file all digests must be those of libcrypto, of many there must be enough."""
        with open(path, "rb") as file:
            torrent = file.read()
        pieces = string_after(torrent, b"6:pieces")
        roots = re.findall(rb"11:pieces root32:(.{32})", torrent, re.S)
        # In a hybrid torrent every file begins a piece.
        ends = self.sizes if hybrid else [self.size]
        wanted = sum(math.ceil(size / self.base) for size in ends), self.count if hybrid else 0
        if (len(pieces) // 20, len(roots)) != wanted:
            raise Failed(f"{path}: {len(pieces) // 20} pieces, {len(roots)} trees, not {wanted}")
        if self.count == 1:
            digests = [pieces[i:i + 20] for i in range(0, len(pieces), 20)] + roots
            if hybrid:
                layer = string_after(torrent, b"32:" + roots[0], b"12:piece layers")
                digests += [layer[i:i + 32] for i in range(0, len(layer), 32)]
            if fold(digests) != self.folded(passes, "sha1,btmh" if hybrid else "sha1"):
                raise Failed(f"{path}: not the digests of libcrypto")


def string_after(torrent, key, earlier=b""):
    """The bencoded string that follows `key`, which follows `earlier`."""
    start = torrent.index(key, torrent.index(earlier)) + len(key)
    colon = torrent.index(b":", start)
    return torrent[colon + 1:colon + 1 + int(torrent[start:colon])]


def fold(digests):
    """Xored into 32 bytes, the shorter ones from the first."""
    value = 0
    for digest in digests:
        value ^= int.from_bytes(digest.ljust(32, b"\0"), "big")
    return value.to_bytes(32, "big").hex()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Compares how fast torrents of all files of a Packages are read with libtorrent.

Usage: torrent.py PACKAGES DIRECTORY TORRENT-BENCH ROUNDS
The digests are random, but the hash trees above them are true. Needs python3-libtorrent.
"""

import hashlib
import os
import subprocess
import sys
import time

import libtorrent

PIECE = 512 << 10
LIMITS = {"max_buffer_size": 1 << 30, "max_pieces": 1 << 24, "max_decode_tokens": 1 << 26,
          "max_decode_depth": 100}


def files_of(packages):
    """Path components and sizes, in the order of a file tree."""
    name, files = None, []
    with open(packages, "rb") as lines:
        for line in lines:
            if line.startswith(b"Filename: "):
                name = line[10:].strip()
            elif line.startswith(b"Size: "):
                files.append((name.split(b"/")[1:], int(line[6:])))
    return sorted(files)


def node(left, right):
    return hashlib.sha256(left + right).digest()


def layer_and_root(count):
    layer = nodes = [os.urandom(32) for _ in range(count)]
    zero = bytes(32)
    for _ in range((PIECE >> 14).bit_length() - 1):
        zero = node(zero, zero)
    while len(nodes) > 1:
        nodes = nodes + [zero] * (len(nodes) % 2)
        nodes = [node(*nodes[at:at + 2]) for at in range(0, len(nodes), 2)]
        zero = node(zero, zero)
    return b"".join(layer), nodes[0]


def v1(files):
    entries, total = [], 0
    for path, size in files:
        entries.append({b"length": size, b"path": path})
        total += size
        padding = -total % PIECE
        if padding:
            entries.append(
                {b"attr": b"p", b"length": padding, b"path": [b".pad", b"%d" % padding]})
            total += padding
    return {b"files": entries, b"pieces": os.urandom(20 * (total // PIECE))}, {}


def v2(files):
    tree, layers = {}, {}
    for path, size in files:
        layer, root = layer_and_root(-(-size // PIECE))
        if size > PIECE:
            layers[root] = layer
        directory = tree
        for component in path[:-1]:
            directory = directory.setdefault(component, {})
        directory[path[-1]] = {b"": {b"length": size, b"pieces root": root}}
    return {b"file tree": tree, b"meta version": 2}, {b"piece layers": layers}


def hybrid(files):
    one, _ = v1(files)
    two, layers = v2(files)
    return {**one, **two}, layers


def by_libtorrent(path, rounds):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        torrent = libtorrent.torrent_info(path, LIMITS)
        best = min(best, time.perf_counter() - start)
        del torrent
    return best * 1000


def main():
    packages, directory, program, rounds = sys.argv[1:]
    files = files_of(packages)
    print(f"{len(files)} files; milliseconds of the fastest of {rounds} rounds")
    print("form    bytes       libtorrent    ours    bencode alone")
    for form in (v1, v2, hybrid):
        info, outside = form(files)
        info.update({b"name": b"pool", b"piece length": PIECE})
        path = os.path.join(directory, form.__name__ + ".torrent")
        with open(path, "wb") as torrent:
            torrent.write(libtorrent.bencode({b"info": info, **outside}))
        theirs = by_libtorrent(path, int(rounds))
        output = subprocess.run([program, path, rounds], check=True, capture_output=True)
        bencode, ours = map(float, output.stdout.split())
        size = os.path.getsize(path)
        print(f"{form.__name__:6}  {size:9}  {theirs:11.0f}  {ours:6.0f}  {bencode:6.0f}",
              flush=True)


main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints LibtorrentVectors.swift: what libtorrent makes of files that the tests can make too.

Needs python3-libtorrent. Run as: make-vectors.py > ../LibtorrentVectors.swift
"""

import hashlib
import os
import tempfile

import libtorrent

LEAF = 16 << 10

HEADER = """\
// SPDX-License-Identifier: Apache-2.0
// Printed by Fixtures/make-vectors.py with libtorrent {version}; not written by hand.

extension LibtorrentVector {{
  static let all: [LibtorrentVector] = [\
"""


def noise(size):
    """The high halves of a 64-bit linear congruential generator, little-endian."""
    state, words = size, []
    for _ in range((size + 3) // 4):
        state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        words.append((state >> 32).to_bytes(4, "little"))
    return b"".join(words)[:size]


def zeros(size):
    return bytes(size)


def digest(data):
    return hashlib.sha256(data).hexdigest()


def vector(fill, size, piece):
    data = fill(size)
    with tempfile.TemporaryDirectory() as directory:
        with open(os.path.join(directory, "file"), "wb") as file:
            file.write(data)
        files = libtorrent.file_storage()
        files.add_file("file", size)
        torrent = libtorrent.create_torrent(files, piece)
        libtorrent.set_piece_hashes(torrent, directory)
        made = torrent.generate()
    root = made[b"info"][b"file tree"][b"file"][b""][b"pieces root"]
    layer = made[b"piece layers"].get(root, b"")
    sha256 = b"".join(
        hashlib.sha256(data[start:start + piece]).digest() for start in range(0, size, piece))
    print(f"""\
    LibtorrentVector(
      fill: .{fill.__name__}, size: {size}, pieceSize: {piece},
      file: "{digest(data)}",
      sha256Pieces: "{digest(sha256)}",
      sha1Pieces: "{digest(made[b"info"][b"pieces"])}",
      pieceLayer: "{digest(layer)}",
      root: "{root.hex()}"),""")


print(HEADER.format(version=libtorrent.__version__))
for size in (1, LEAF - 1, LEAF):
    vector(noise, size, LEAF)
    vector(noise, size, 4 * LEAF)
for leaves in (1, 2, 3, 5, 8):  # A leaf is a piece.
    vector(noise, leaves * LEAF + 1, LEAF)
for piece, sizes in (
    (2 * LEAF, (2 * LEAF, 4 * LEAF, 6 * LEAF)),
    (4 * LEAF, (4 * LEAF, 12 * LEAF, 20 * LEAF)),
    (512 << 10, ((512 << 10) - LEAF, 512 << 10, 1536 << 10))):
    for size in sizes:
        for difference in (-1, 0, 1):
            vector(noise, size + difference, piece)
# The largest file of 16 KiB pieces, and one byte more, which doubles them.
vector(zeros, 2048 * LEAF, LEAF)
vector(zeros, 2048 * LEAF + 1, 2 * LEAF)
# Pieces too large to be shared among workers.
vector(zeros, (8 << 20) + LEAF + 1, 8 << 20)
print("  ]\n}")

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the torrents beside it: what other programs make of files that the tests can make too.

Needs python3-libtorrent, mktorrent and transmission-cli. Run as: make-fixtures.py
"""

import os
import subprocess
import tempfile

import libtorrent

PIECE = 32 << 10
DATE = 1747467882
TRACKERS = ["http://tracker.example/announce", "udp://tracker.example:6969"]
SEED = "http://mirror.example/debian/"
SINGLE = ("g++ ~1%2b \u00e4.deb", 3 * PIECE + 5)
# In the order of a file tree, which is not that of the whole paths.
SET = (
    ("a/empty", 0),
    ("a/y.deb", 3 * PIECE + 5),
    ("a/z.deb", PIECE),
    ("a-b/x +~1%.deb", 20000),
    ("\u00e4.deb", 1),
)
HERE = os.path.dirname(os.path.abspath(__file__))


def noise(size):
    """The high halves of a 64-bit linear congruential generator, little-endian."""
    state, words = size, []
    for _ in range((size + 3) // 4):
        state = (state * 6364136223846793005 + 1442695040888963407) & (1 << 64) - 1
        words.append((state >> 32).to_bytes(4, "little"))
    return b"".join(words)[:size]


def write(root, name, size):
    path = os.path.join(root, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(noise(size))


def by_libtorrent(root, files, flags, output, seed):
    storage = libtorrent.file_storage()
    for name, size in files:
        storage.add_file(name, size)
    torrent = libtorrent.create_torrent(storage, PIECE, flags)
    for tier, tracker in enumerate(TRACKERS):
        torrent.add_tracker(tracker, tier)
    torrent.add_url_seed(seed)
    libtorrent.set_piece_hashes(torrent, root)
    made = torrent.generate()
    made[b"creation date"] = DATE
    with open(os.path.join(HERE, output), "wb") as file:
        file.write(libtorrent.bencode(made))


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


flags = libtorrent.create_torrent
with tempfile.TemporaryDirectory() as root:
    write(root, *SINGLE)
    for name, size in SET:
        write(os.path.join(root, "pool"), name, size)
    inside = [("pool/" + name, size) for name, size in SET]
    for form, flag in (("v1", flags.v1_only), ("v2", flags.v2_only), ("hybrid", 0)):
        by_libtorrent(root, [SINGLE], flag, f"libtorrent-{form}-single.torrent",
                      SEED + "g%2B%2B%20~1%252b%20%C3%A4.deb")
        by_libtorrent(root, inside, flag, f"libtorrent-{form}-set.torrent", SEED)
    by_libtorrent(root, inside, flags.v1_only | flags.canonical_files,
                  "libtorrent-v1-padded.torrent", SEED)
    for path, output in ((SINGLE[0], "single"), ("pool", "set")):
        target = os.path.join(HERE, f"mktorrent-{output}.torrent")
        if os.path.exists(target):
            os.remove(target)
        run("mktorrent", "-d", "-l", "15", "-w", SEED, "-a", TRACKERS[0], "-a", TRACKERS[1],
            "-o", target, os.path.join(root, path))
        run("transmission-create", "-s", "32", "-t", TRACKERS[0], "-c", "by hand", "-o",
            os.path.join(HERE, f"transmission-{output}.torrent"), os.path.join(root, path))

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Answers to hash requests (BEP 52), computed from a whole tree with all of its padding, as lines for
HashAnswerVectors.swift:

    file SIZE PIECE-SIZE ROOT SHA256-OF-PIECE-LAYER
    LEVEL FIRST COUNT PROOF-LEVELS SHA256-OF-ANSWER LENGTH
"""

import hashlib

LEAF = 16384


def sha(data):
    return hashlib.sha256(data).digest()


def content(size):
    return bytes((i * 31 + (i >> 8) * 7 + (i >> 16)) & 255 for i in range(size))


def tree(data):
    leaves = [sha(data[i:i + LEAF]) for i in range(0, len(data), LEAF)]
    while len(leaves) & (len(leaves) - 1):
        leaves.append(bytes(32))
    levels = [leaves]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([sha(below[i] + below[i + 1]) for i in range(0, len(below), 2)])
    return levels


def answer(levels, level, first, count, proofs):
    nodes = levels[level][first:first + count]
    # Uncles of the node over all that is asked, and of those above it.
    index, at = first // count, level + count.bit_length() - 1
    while at <= level + proofs:
        nodes.append(levels[at][index ^ 1])
        index, at = index // 2, at + 1
    return b"".join(nodes)


for size, piece in [(16384 * 4 * 5 + 100, 65536), (3 * 16384, 65536), (16384 * 33, 32768)]:
    levels = tree(content(size))
    at = (piece // LEAF).bit_length() - 1
    layer = levels[at][:-(-size // piece)] if size > piece else []
    print("file", size, piece, levels[-1][0].hex(), sha(b"".join(layer)).hex())
    for level in range(len(levels) - 1):
        for power in range(1, len(levels) - level):
            count = 1 << power
            if level < at and count > 1 << (at - level) and size > piece:
                continue
            for first in sorted({0, len(levels[level]) - count}):
                for proofs in sorted({0, len(levels) - 2 - level}):
                    if proofs and proofs < power:
                        continue
                    found = answer(levels, level, first, count, proofs)
                    print(level, first, count, proofs, sha(found).hex()[:16], len(found))

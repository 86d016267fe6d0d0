# SPDX-License-Identifier: Apache-2.0
"""What it costs a peer to say which pieces it has: the packages that are installed on this machine,
and larger sets that are drawn by popularity, in one numbered torrent of the whole index.

Usage: bitfield.py INDEX PROGRAM
"""

import heapq
import random
import re
import subprocess
import sys

PIECE, MOST = 512 << 10, 2048
DRAWN = 1_000, 3_000, 10_000, 30_000


def main(index, program):
    numbers, total = number(index)
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package}\n"], check=True, stdout=subprocess.PIPE, text=True)
    installed = [name for name in set(done.stdout.split()) if name in numbers]
    sets = {f"installed here, {len(installed)} packages": installed}
    for count in DRAWN:
        sets[f"drawn by popularity, {count} packages"] = draw(sorted(numbers), count)
    lines = "".join(
        f"{name}\t{' '.join('%d-%d' % span for name in chosen for span in numbers[name])}\n"
        for name, chosen in sets.items())
    rows = subprocess.run(
        [program, str(total)], input=lines, check=True, stdout=subprocess.PIPE,
        text=True).stdout.splitlines()
    print(f"{len(numbers)} packages, {total} pieces\n")
    print(f"{'':36}{'pieces':>8}{'ranges':>8}{'numbered_have':>15}{'bitfield':>10}{'share':>8}")
    for row in rows[:len(sets)]:
        name, pieces, ranges, packed, bits = row.split("\t")
        print(
            f"{name:36}{pieces:>8}{ranges:>8}{packed:>13} B{bits:>8} B"
            f"{int(packed) / int(bits):8.1%}")
    print(f"\n{'handshakes, and then':44}{'CPU us':>9}")
    for row in rows[len(sets):]:
        name, microseconds = row.split("\t")
        print(f"{name:44}{float(microseconds):9.1f}")


def number(index):
    """The numbers of each package's pieces, given in the order of Filename; how many there are."""
    with open(index) as file:
        stanzas = file.read().rstrip("\n").split("\n\n")
    files = {}
    for stanza in stanzas:
        fields = dict(re.findall(r"^(Package|Filename|Size): (.*)$", stanza, re.M))
        files[fields["Filename"]] = (fields["Package"], int(fields["Size"]))
    numbers, following = {}, 0
    for path in sorted(files):
        name, size = files[path]
        length = PIECE
        while -(-size // length) > MOST:
            length *= 2
        pieces = -(-size // length)
        numbers.setdefault(name, []).append((following, following + pieces - 1))
        following += pieces
    return numbers, following


def draw(names, count):
    """So many of `names`; one of rank n is as likely to be next as 1/n says, as popcon's are."""
    generator = random.Random(1)
    generator.shuffle(names)
    # Of exponential waits with rates 1/n, the shortest ones.
    waits = ((generator.expovariate(1 / rank), name) for rank, name in enumerate(names, 1))
    return [name for _, name in heapq.nsmallest(count, waits)]


if __name__ == "__main__":
    main(*sys.argv[1:])

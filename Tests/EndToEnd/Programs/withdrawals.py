#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: withdrawals.py SUITE ARCHIVE ARCHITECTURE HOST PORT

A peer of a numbered torrent that listens to another: prints "connected" when that has said what it
has, then the number of each piece that it takes back by lt_donthave (BEP 54), a line each, and "closed"
at the end of the connection.
"""

import asyncio
import os
import struct
import sys

from numbered_peers import EXTENDED, Torrent, encode

DONT_HAVE = 7


async def watch(torrent, host, port):
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(
        b"\x13BitTorrent protocol\0\0\0\0\0\x10\0\x04" + torrent.id + b"-PY0001-"
        + os.urandom(12))
    own = {"floor": torrent.floor, "generation": torrent.generation, "next": torrent.next}
    hello = bytes([EXTENDED, 0]) + encode({
        "m": {"lt_donthave": DONT_HAVE, "numbered_fetching": 9, "numbered_have": 8},
        "numbered": own})
    writer.write(struct.pack(">I", len(hello)) + hello)
    await reader.readexactly(68)
    heard = 0
    while True:
        try:
            length = int.from_bytes(await reader.readexactly(4), "big")
            body = await reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            print("closed", flush=True)
            return
        heard += length > 0
        if heard == 2:
            print("connected", flush=True)
        if body[:2] == bytes([EXTENDED, DONT_HAVE]):
            print(int.from_bytes(body[2:6], "big"), flush=True)


if __name__ == "__main__":
    suite, archive, architecture, host, port = sys.argv[1:]
    asyncio.run(watch(Torrent(suite, archive, architecture), host, int(port)))

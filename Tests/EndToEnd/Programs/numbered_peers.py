#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Usage: numbered_peers.py SUITE ARCHIVE ARCHITECTURE NATURE...

Peers of a numbered torrent, written from docs/protocol.md and docs/formats.md alone. SUITE is the
directory of a published Release, ARCHIVE what Filename is relative to. Each NATURE is a peer with
an address of its own (127.0.0.2 and up):

  honest          has everything and sends it
  bad-blocks      proves the right leaves and sends other bytes
  bad-leaves      sends leaves that prove nothing
  false-bitfield  says by a bitfield that it has everything, and rejects all requests
  false-haves     says so by `have` messages, and never answers
  garbage         sends what is no message, as soon as it is asked for something

Honest peers unchoke nobody before each of the others has been asked for something. Prints a line
to standard error, the addresses; at SIGTERM one to standard output, what each was asked, as JSON.
"""

import asyncio
import hashlib
import json
import os
import re
import signal
import struct
import subprocess
import sys

LEAF = 16384
(CHOKE, UNCHOKE, INTERESTED, NOT_INTERESTED, HAVE, BITFIELD, REQUEST, PIECE, CANCEL) = range(9)
HAVE_ALL, HAVE_NONE, REJECT, EXTENDED, HASH_REQUEST, HASHES, HASH_REJECT = (
    14, 15, 16, 20, 21, 22, 23)


class Torrent:
    """What a Release and an extended index say of one torrent, and the files in it."""

    def __init__(self, suite, archive, architecture):
        with open(f"{suite}/Release") as file:
            line = re.search(
                rf"^ ([0-9a-f]{{40}}) {architecture} (\d+) (\d+) (\d+) ", file.read(), re.M)
        self.id = bytes.fromhex(line[1])
        self.generation, self.floor, self.next = (int(line[number]) for number in (2, 3, 4))
        self.pieces, self.trees = {}, {}
        index = f"{suite}/main/binary-{architecture}/Packages.xz"
        text = subprocess.run(["xz", "-dc", index], check=True, stdout=subprocess.PIPE).stdout
        for stanza in text.decode().split("\n\n"):
            fields = dict(re.findall(r"^([A-Za-z0-9-]+): (.*)$", stanza, re.M))
            if fields.get("Architecture") == architecture and "Piece-Numbers" in fields:
                self.add(fields, archive)

    def add(self, fields, archive):
        with open(f"{archive}/{fields['Filename']}", "rb") as file:
            content = file.read()
        first, _, last = fields["Piece-Numbers"].partition("-")
        length = int(fields.get("Piece-Size", len(content)))
        for index, number in enumerate(range(int(first), int(last or first) + 1)):
            self.pieces[number] = content[index * length:(index + 1) * length]
        tree = Tree(content)
        if tree.root.hex() != fields["Pieces-Root"]:
            sys.exit(f"{fields['Filename']} has another root than Pieces-Root")
        self.trees[tree.root] = tree

    def block(self, number, offset, length):
        """A block; None for what is no part of a piece."""
        piece = self.pieces.get(number, b"")
        if not 0 < length <= LEAF or offset + length > len(piece):
            return None
        return piece[offset:offset + length]


class Tree:
    """The hash tree of a file (BEP 52): leaves of 16 KiB, padded with zeros to a power of two."""

    def __init__(self, content):
        leaves = [
            hashlib.sha256(content[start:start + LEAF]).digest()
            for start in range(0, len(content), LEAF)]
        width = 1 << (len(leaves) - 1).bit_length()
        self.layers = [leaves + [bytes(32)] * (width - len(leaves))]
        while len(self.layers[-1]) > 1:
            below = self.layers[-1]
            self.layers.append([
                hashlib.sha256(below[index] + below[index + 1]).digest()
                for index in range(0, len(below), 2)])
        self.root = self.layers[-1][0]

    def answer(self, layer, index, count, proof):
        """Nodes and uncle hashes; None for what no tree has."""
        if layer >= len(self.layers) or count & count - 1 or not count or index % count:
            return None
        nodes = self.layers[layer][index:index + count]
        if len(nodes) != count:
            return None
        own = count.bit_length() - 1
        uncles = [
            self.layers[layer + above][(index >> above) ^ 1] for above in range(own, proof + 1)
            if len(self.layers[layer + above]) > 1]
        return b"".join(nodes + uncles)


class Peers:
    """All peers of one run, and what became of them."""

    def __init__(self, torrent, natures):
        self.torrent = torrent
        self.natures = natures
        self.asked = [0] * len(natures)
        self.sent = [0] * len(natures)
        self.connections = [0] * len(natures)
        self.liars_are_known = asyncio.Event()
        self.note(0, 0)

    def note(self, number, requests):
        self.asked[number] += requests
        if all(n or nature == "honest" for n, nature in zip(self.asked, self.natures)):
            self.liars_are_known.set()

    async def run(self):
        servers = []
        for number, nature in enumerate(self.natures):
            async def meet(reader, writer, number=number, nature=nature):
                self.connections[number] += 1
                try:
                    await Peer(self, number, nature, reader, writer).run()
                except (asyncio.IncompleteReadError, ConnectionError):
                    pass
                finally:
                    writer.close()
            servers.append(await asyncio.start_server(meet, f"127.0.0.{number + 2}", 0))
        names = (server.sockets[0].getsockname() for server in servers)
        print(*(f"{address}:{port}" for address, port in names), file=sys.stderr, flush=True)
        done = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
        await done.wait()
        print(json.dumps([
            {"nature": nature, "asked": asked, "sent": sent, "connections": connections}
            for nature, asked, sent, connections in zip(
                self.natures, self.asked, self.sent, self.connections)]))


class Peer:
    """One connection."""

    def __init__(self, peers, number, nature, reader, writer):
        self.peers, self.torrent = peers, peers.torrent
        self.number, self.nature = number, nature
        self.reader, self.writer = reader, writer
        self.extensions = {}

    async def run(self):
        hello = await self.reader.readexactly(68)
        if hello[:20] != b"\x13BitTorrent protocol" or hello[28:48] != self.torrent.id:
            return
        self.writer.write(
            hello[:20] + b"\0\0\0\0\0\x10\0\x04" + self.torrent.id + b"-PY0001-" + os.urandom(12))
        own = {"floor": self.torrent.floor, "generation": self.torrent.generation,
               "next": self.torrent.next}
        self.send(EXTENDED, b"\0" + encode({
            "m": {"lt_donthave": 7, "numbered_fetching": 9, "numbered_have": 8}, "numbered": own,
            "reqq": 250}))
        if not await self.take_extended_handshake():
            return
        self.say_what_it_has()
        unchoking = asyncio.create_task(self.unchoke())
        try:
            while True:
                kind, payload = await self.message()
                if not self.take(kind, payload):
                    return
                await self.writer.drain()
        finally:
            unchoking.cancel()

    async def take_extended_handshake(self):
        kind, payload = await self.message()
        if kind != EXTENDED or payload[0] != 0:
            return False
        said = decode(payload[1:])
        if said.get("numbered", {}).get("generation") != self.torrent.generation:
            self.send(EXTENDED, b"\0" + encode({"failure reason": "another generation", "m": {}}))
            return False
        self.extensions = said["m"]
        return True

    def say_what_it_has(self):
        numbers = sorted(self.torrent.pieces)
        if self.nature == "false-haves":
            self.send(HAVE_NONE)
            for number in numbers:
                self.send(HAVE, struct.pack(">I", number))
        elif self.nature == "false-bitfield":
            bits = bytearray((numbers[-1] - self.torrent.floor) // 8 + 1)
            for number in numbers:
                bit = number - self.torrent.floor
                bits[bit // 8] |= 0x80 >> bit % 8
            self.send(BITFIELD, bytes(bits))
        elif self.number % 2:
            self.send(HAVE_ALL)
        else:
            self.send(
                EXTENDED, bytes([self.extensions["numbered_have"]]) + ranges(numbers))

    async def unchoke(self):
        if self.nature == "honest":
            await self.peers.liars_are_known.wait()
        self.send(UNCHOKE)

    async def message(self):
        """The next one that says something."""
        while True:
            length = int.from_bytes(await self.reader.readexactly(4), "big")
            if length:
                body = await self.reader.readexactly(length)
                return body[0], body[1:]

    def send(self, kind, payload=b""):
        self.writer.write(struct.pack(">IB", 1 + len(payload), kind) + payload)

    def take(self, kind, payload):
        """Answers a message; False when nothing more is said."""
        if kind == REQUEST:
            self.peers.note(self.number, 1)
            if self.nature == "garbage":
                return self.send_garbage()
            if self.nature != "false-haves":
                self.answer_request(payload)
        elif kind == HASH_REQUEST:
            if self.nature == "bad-leaves":
                self.peers.note(self.number, 1)
            self.answer_hash_request(payload)
        return True

    def answer_request(self, payload):
        number, offset, length = struct.unpack(">III", payload)
        block = self.torrent.block(number, offset, length)
        if self.nature == "false-bitfield" or block is None:
            return self.send(REJECT, payload)
        if self.nature == "bad-blocks":
            block = bytes(byte ^ 0x55 for byte in block)
        self.peers.sent[self.number] += len(block)
        return self.send(PIECE, payload[:8] + block)

    def answer_hash_request(self, payload):
        layer, index, count, proof = struct.unpack(">IIII", payload[32:])
        tree = self.torrent.trees.get(payload[:32])
        answer = tree and tree.answer(layer, index, count, proof)
        if not answer:
            self.send(HASH_REJECT, payload)
        elif self.nature == "bad-leaves":
            self.send(HASHES, payload + os.urandom(len(answer)))
        else:
            self.send(HASHES, payload + answer)

    def send_garbage(self):
        self.writer.write(struct.pack(">IB", 3, HAVE) + b"\xff\xff" + os.urandom(1000))
        return True


def ranges(numbers):
    """Rising numbers as gaps and lengths in LEB128."""
    output, following, start = b"", 0, 0
    while start < len(numbers):
        end = start
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        output += leb128(numbers[start] - following) + leb128(end - start)
        following, start = numbers[end] + 1, end + 1
    return output


def leb128(number):
    output = bytearray()
    while number > 0x7F:
        output.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(output + bytes([number]))


def encode(value):
    """Bencode."""
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        return b"%d:%s" % (len(value), value.encode())
    return b"d" + b"".join(
        encode(key) + encode(value[key]) for key in sorted(value, key=str.encode)) + b"e"


def decode(text):
    return read_value(text, 0)[0]


def read_value(text, start):
    """A value of bencode and where it ends; strings that are keys are text."""
    kind = text[start:start + 1]
    if kind == b"i":
        end = text.index(b"e", start)
        return int(text[start + 1:end]), end + 1
    if kind in (b"d", b"l"):
        values, start = [], start + 1
        while text[start:start + 1] != b"e":
            value, start = read_value(text, start)
            values.append(value)
        if kind == b"l":
            return values, start + 1
        keys = (key.decode("latin-1") for key in values[::2])
        return dict(zip(keys, values[1::2])), start + 1
    colon = text.index(b":", start)
    end = colon + 1 + int(text[start:colon])
    return text[colon + 1:end], end


if __name__ == "__main__":
    suite, archive, architecture, *natures = sys.argv[1:]
    asyncio.run(Peers(Torrent(suite, archive, architecture), natures).run())

# SPDX-License-Identifier: Apache-2.0
"""The inputs of Fuzz/make-corpus that follow from a table, or from docs/formats.md."""

import gzip
import hashlib
import os
import re
import struct
import zlib

CORPUS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Corpus")


def put(target, name, data):
    directory = os.path.join(CORPUS, target)
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, name), "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)


def bencode(value):
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(bencode, value)) + b"e"
    return b"d" + b"".join(bencode(k) + bencode(v) for k, v in sorted(value.items())) + b"e"


def tracker_answers():
    four = bytes([192, 0, 2, 1, 0x1A, 0xE1, 198, 51, 100, 7, 0x1A, 0xE2])
    six = bytes.fromhex("20010db8" + "00" * 11 + "01") + b"\x1a\xe1"
    id = b"b" * 20
    put("TrackerAnswer", "compact", bencode({
        b"interval": 1800, b"min interval": 60, b"complete": 3, b"incomplete": 9,
        b"peers": four, b"peers6": six, b"holders": {id: four}, b"holders6": {id: six}}))
    put("TrackerAnswer", "list", bencode({
        b"interval": 99999999, b"min interval": -1, b"complete": -3,
        b"peers": [{b"ip": b"192.0.2.1", b"port": 6881, b"peer id": b"x" * 20},
                   {b"ip": b"2001:db8::1", b"port": 0}, {b"ip": b"host.example", b"port": 1}, 7],
        b"holders": {b"short": four, id: 7}}))
    put("TrackerAnswer", "never", bencode({b"failure reason": b"no", b"retry in": b"never"}))
    put("TrackerAnswer", "later", bencode({b"failure reason": b"busy", b"retry in": 5}))
    put("TrackerAnswer", "refused", bencode({b"failure reason": b"busy", b"interval": 60}))
    put("TrackerAnswer", "no-dictionary", b"le")
    # Each datagram after its length; the transaction is the one that the target has.
    mine, connect = b"\1\1\1\1", b"\0\0\0\0" + b"\1\1\1\1" + b"CONNECTI"
    counts = struct.pack(">III", 1800, 9, 3)
    own = b"a" * 20

    def exchange(*datagrams):
        return b"".join(bytes([len(d)]) + d for d in datagrams)

    announce = b"\0\0\0\1" + mine + counts
    holders = struct.pack(">I", int(holders_action(), 0)) + mine + counts
    put("TrackerAnswer", "udp", exchange(b"\0\0\0\1\2\2\2\2", connect, announce + four))
    put("TrackerAnswer", "udp6", exchange(connect, announce + six))
    put("TrackerAnswer", "holders", exchange(
        connect, holders + own + b"\1" + four[:6] + id + b"\2" + four))
    put("TrackerAnswer", "cut", exchange(connect, holders + own + b"\x09" + four))
    put("TrackerAnswer", "short", exchange(connect, b"\0\0\0\1" + mine))
    put("TrackerAnswer", "error", exchange(b"\0\0\0\3" + mine + b"not registered"))


def holders_action():
    """The action of docs/protocol.md, as the code names it."""
    source = os.path.join(CORPUS, "../../Sources/Tracker/UDP/UDPRequest.swift")
    with open(source) as file:
        return re.search(r"holders\b.*?= *(0x[0-9A-Fa-f_]+|\d+)", file.read()).group(1).replace(
            "_", "")


def snapshots():
    def peers(seeds, partial, records):
        return struct.pack(">III", seeds, partial, len(records)) + b"".join(records)

    four = [bytes([192, 0, 2, n]) + b"\x1a\xe1" + bytes([n & 1, n]) for n in range(1, 5)]
    six = [bytes.fromhex("20010db8" + "00" * 11) + bytes([n]) + b"\x1a\xe1\1\xff" for n in (1, 2)]
    swarm = b"a" * 20 + struct.pack(">I", 7) + peers(1, 1, four) + peers(0, 2, six)
    put("TrackerSnapshot", "two-swarms", b"\0" + swarm + b"c" * 20 + swarm[20:])
    put("TrackerSnapshot", "old", b"\xff" + swarm)
    put("TrackerSnapshot", "twice", b"\1" + b"a" * 20 + struct.pack(">I", 7)
        + peers(2, 0, [four[0], four[0]]) + peers(0, 0, []))
    put("TrackerSnapshot", "more-seeds", b"\0" + b"a" * 20 + struct.pack(">I", 7)
        + peers(9, 9, four) + peers(0, 0, []))
    put("TrackerSnapshot", "cut", b"\0" + swarm[:-3])
    put("TrackerSnapshot", "empty", b"ATSWARM1" + struct.pack(">QI", 1000000, 0))
    put("TrackerSnapshot", "wrong-sum",
        b"ATSWARM1" + struct.pack(">QIQ", 1000000, len(swarm), 1) + swarm)


def response_heads():
    date = "Sun, 06 Nov 1994 08:49:37 GMT"
    for name, lines in {
        "whole": ["200", "600", "", "", "", "", "\"a\""],
        "part": ["206", "500", "bytes 100-599/1000"],
        "rest": ["206", "900", "bytes 100-999/1000"],
        "unknown-size": ["206", "", "bytes 100-599/*"],
        "other-part": ["206", "5", "bytes 0-4/9"],
        "unsatisfied": ["416", "", "bytes */9"],
        "not-a-range": ["206", "", "bytes 9-1/*", "", "", "chunked"],
        "not-modified": ["304", "", "", "", "", "", "\"a\""],
        "wait": ["503", "0", "", "120", date],
        "wait-until": ["429", "0", "", "Sun, 06 Nov 1994 08:51:37 GMT", date],
        "wait-nonsense": ["503", "0", "", "soon"],
        "no-number": ["200", "6x"],
        "huge": ["200", "18446744073709551615"],
        "chunked": ["200", "", "", "", "", "chunked"],
    }.items():
        put("ResponseHead", name, "\n".join(lines))


def piece_indices():
    text = {}
    for place in ("PackagesParserTests/Indices/PieceIndexReaderTests.swift",
                  "SwarmClientTests/Index/WantedPiecesTests.swift"):
        with open(os.path.join(CORPUS, "../../Tests", place)) as file:
            parts = re.findall(r'static let (\w+) = """\n(.*?)\n    """', file.read(), re.S)
        text.update({name: re.sub(r"^    ", "", body, flags=re.M) + "\n" for name, body in parts})
    header, first, second = text["header"], text["first"], text["second"]
    whole = header + "\n" + text["run"] + "\n" + text["leaf"] + "\nRetired: 0 7-9\n"
    put("PieceIndex", "run", whole)
    put("PieceIndex", "run-alone", text["run"].replace("upstream", "extended"))
    put("PieceIndex", "no-run", header)
    put("PieceIndex", "two-headers", header + "\n" + whole)
    put("PieceIndex", "before-a-run", text["leaf"])
    put("PieceIndex", "odd-indices", whole.replace(" 338 ", " x "))
    put("PieceIndex", "no-describes", whole.replace("upstream", "downstream"))
    put("PieceIndex", "no-floor", whole.replace("Floor: 1", "Floor: 9"))
    put("PieceIndex", "no-count", whole.replace("Contents: 1", "Contents: 99999999999"))
    put("PieceIndex", "outside", whole.replace("pool/", "../"))
    put("PieceIndex", "other-stanza", whole + "\nFoo: bar\n")
    put("PieceIndex", "example", header + "\n" + first + "\n" + second)
    put("PieceIndex", "retired", header + "\n" + first + "\n" + second.replace(
        "Retired: 0", "Retired: 7 1-2 9-10"))
    put("PieceIndex", "other-torrent", first.replace("dc92f2", "000000"))
    put("PieceIndex", "wrong-header", header.replace("example", "other") + "\n" + first)
    put("PieceIndex", "no-hashes", re.sub(r"SHA256-Pieces:\n( .*\n)+", "", first))
    put("PieceIndex", "no-numbers", first.replace("Piece-Numbers: 1-3\n", ""))
    put("PieceIndex", "short-piece", first.replace(" 7232", " 7231"))
    put("PieceIndex", "no-range", header + "\n" + first + "\n" + second.replace(": 0\n", ": 3-1\n"))
    put("PieceIndex", "no-hash", first.replace("SHA256: 0372", "SHA256: 03z2"))
    put("PieceIndex", "many-numbers", first.replace("Piece-Numbers: 0\n", "Piece-Numbers: 0-1\n"))


def releases():
    id = "dc92f23786706607800d56e8c23b8a1768669c15"
    head = "Suite: sid\nDate: Thu, 01 Jan 2026 00:00:00 UTC\n"
    tail = "SHA256:\n " + "0" * 64 + " 5 main/binary-all/Packages\n"
    entry = " %s %%s %%s 5 10 4 2026-01-01T00:00:00Z\n" % id
    put("ReleaseTorrents", "two", head + "Torrents:\n" + entry % ("amd64", 2)
        + entry % ("amd64", 1) + entry % ("all", 3)
        + "Torrent-Trackers: http://t.example/announce udp://t.example:6969 ftp://t.example/\n"
        + "Torrent-Web-Seeds: http://m.example/debian/ https://user@m.example/ udp://m.example/\n"
        + tail)
    put("ReleaseTorrents", "six-words", head + "Torrents:\n " + id + " amd64 1 5 10 4\n" + tail)
    put("ReleaseTorrents", "floor-above", head + "Torrents:\n"
        + (entry % ("amd64", 1)).replace(" 5 10 ", " 11 10 ") + tail)
    put("ReleaseTorrents", "none", head + tail)


def targets():
    id, digest = "dc92f23786706607800d56e8c23b8a1768669c15", "0" * 64
    for name, target in {
        "content": "/content/sha256/" + digest, "content-md5": "/content/md5/" + digest,
        "torrent": "/pieces/" + id, "piece": "/pieces/%s/4711" % id, "no-piece": "/pieces/%s/-1" % id,
        "overlay": "/overlay/", "overlay-file": "/overlay/dists/sid/InRelease?format=json",
        "overlay-pool": "/overlay/pool/main/a/a_1.deb", "hidden": "/dists/.~tmp~/x",
        "zeros": "/pool/.pad/16384", "many-zeros": "/pool/.pad/99999999999", "root": "/",
        "encoded": "/pool/%6dain/%2e%2e/x", "encoded-slash": "/pool%2f..%2fx", "nul": "/a%00b",
        "cut": "/a%4", "query": "/a?x=1&format=%41&y", "backslash": "/a\\..\\b", "double": "//a//b",
    }.items():
        put("RequestTarget", name, target)


def addresses():
    for name, text in {
        "v4": "192.0.2.1", "v6": "2001:db8::1", "network": "10.0.0.0/8", "network6": "fd00::/8",
        "wide": "0.0.0.0/33", "mapped": "::ffff:10.0.0.1", "listen": "[::1]:8080",
        "listen-host": "localhost:80", "unix": "unix:/run/seed.sock", "url": "http://[::1]:8080/a?b#c",
        "user": "http://user:secret@host/", "port": "https://host:99999/x", "empty-port": "http://h:/",
        "relative": "../x", "rooted": "/pool/x", "network-path": "//other.example/x",
        "query": "?x", "split": "/a\r\nHost: b", "package": "bash:amd64=5.2-1/sid",
        "epoch": "vim=2:9.0:amd64", "sockets": "1", "no-sockets": "-1", "colon": "a:b",
        "encoded": "http://h/%zz",
    }.items():
        put("Addresses", name, text)


def proofs():
    def range_of(layer, index, count, proof):
        return struct.pack(">IIII", layer, index, count, proof)

    hashes = b"".join(hashlib.sha256(bytes([n])).digest() for n in range(8))
    put("HashProof", "leaves", range_of(0, 2, 2, 3) + hashes[: 32 * 5])
    put("HashProof", "second", range_of(0, 2, 2, 0) + hashes[: 32 * 2])
    put("HashProof", "all", range_of(0, 0, 8, 0) + hashes)
    put("HashProof", "lacking", range_of(0, 0, 2, 3))
    put("HashProof", "own", range_of(0, 4, 2, 3))
    put("HashProof", "own-leaves", range_of(0, 4, 2, 0))
    put("HashProof", "outside", range_of(0, 16, 2, 3) + hashes[: 32 * 5])
    put("HashProof", "odd", range_of(40, 3, 3, 9) + hashes[:7])


def ledger():
    def blobs(size, power, sha256, sha1, layer):
        return struct.pack(">QBBBB", size, power, len(sha256), len(sha1), len(layer)) \
            + sha256 + sha1 + layer

    put("LedgerBlobs", "single", blobs(7, 128 | 14, b"", b"s" * 20, b""))
    put("LedgerBlobs", "three", blobs(40000, 128 | 14, b"p" * 96, b"s" * 60, b"l" * 96))
    put("LedgerBlobs", "no-sha1", blobs(40000, 128 | 14, b"p" * 96, b"", b"l" * 96))
    put("LedgerBlobs", "no-root", blobs(40000, 14, b"p" * 96, b"s" * 60, b""))
    put("LedgerBlobs", "sha1-alone", blobs(40000, 14, b"", b"s" * 60, b""))
    put("LedgerBlobs", "cut", blobs(40000, 128 | 14, b"p" * 95, b"s" * 59, b"l" * 95))
    put("LedgerBlobs", "empty", blobs(0, 128 | 14, b"", b"", b""))
    put("LedgerBlobs", "huge", blobs(2**64 - 1, 128 | 62, b"p", b"s", b"l"))


def state_files():
    line = "%s 40000 512 0 main/binary-amd64/Packages pool/main/a/a_1_amd64.deb\n"
    put("StateFiles", "objects", line % ("1" * 64) + line % ("2" * 64)
        + (line % ("3" * 64)).replace("amd64/P", "all/P"))
    put("StateFiles", "odd-objects", (line % ("1" * 64)).replace("pool/", "../") + "a b c\n"
        + line % ("z" * 64) + (line % ("4" * 64)).replace("main/binary-amd64/Packages", "x"))
    put("StateFiles", "block", struct.pack(">QQ", 30, 100) + b"compressed")


def policies():
    for name, text in {
        "size": "Size >= 1M and Section games or Carries 80% of downloads",
        "not": "not Priority required important and Architecture all amd64",
        "rank": "Rank <= 100 or Installations > 5", "carries": "carries 50% of bytes",
        "patterns": "Package = lib* and not Source glibc and Component main", "any": "ANY",
        "all": "size < 1G or size <= 1K or Section non-free/games", "and": "and", "half": "Size >=",
        "percent": "Carries 101% of bytes", "unknown": "Colour red", "none": " ",
        "nothing-to-be": "Package", "no-number": "Rank > x", "no-size": "Size > x",
        "not-alone": "any or not",
    }.items():
        put("TorrentPolicy", name, text)


def popularity():
    put("Popularity", "by-inst", "#rank name  inst  vote  old recent no-files (maintainer)\n"
        "1     dpkg      223321 202012 9331 11931 47 (Dpkg Developers)\n"
        "2\tbash\t223300 200000 1 2 3 (Someone)\r\n\n"
        "-----------------------------------------------\n170000 Total 1 2 3 4 5\n")
    put("Popularity", "short", "bash 5\ndpkg 7\nbash 1\n")
    put("Popularity", "no-number", "bash five\n")
    put("Popularity", "one-word", "bash\n")


def gzip_members():
    """By Python's zlib; one with every optional field of RFC 1952 section 2.3."""
    one, large, empty = (
        gzip.compress(text, mtime=0) for text in (b"Publisher: 1\n", b"x" * 300_000, b""))
    packed = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    head = b"\x1f\x8b\x08\x1e" + bytes(5) + b"\x03"
    head += struct.pack("<H", 4) + b"ab\0\0" + b"name\0" + b"comment\0"
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF)
    fields = head + packed.compress(b"abc") + packed.flush() + struct.pack(
        "<II", zlib.crc32(b"abc"), 3)
    for name, data in {
        "one": one, "two": one + large, "empty-member": one + empty + one,
        "cut": (one + large)[:-3], "garbage": one + b"\0\0rubbish",
        "bad-check": one[:-8] + b"\1\2\3\4" + one[-4:] + one, "all-fields": fields + one,
    }.items():
        put("GzipMembers", name, data)


for make in (tracker_answers, snapshots, response_heads, piece_indices, releases, targets, addresses,
             proofs, ledger, state_files, policies, popularity, gzip_members):
    make()

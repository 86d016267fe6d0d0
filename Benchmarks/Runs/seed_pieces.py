# SPDX-License-Identifier: Apache-2.0
"""Fetches pieces by POST and checks each: `seed_pieces.py HOST PORT TORRENT ROOT REPEATS`.

Lines of NAME, SIZE, FIRST, LAST and PIECE-SIZE come on standard input. Prints pieces, bytes, and
the seconds from the first connection to the last byte, on the clock and of CPU, without the checks.
"""

import socket
import sys
import time


def main():
    host, port, torrent, root, repeats = sys.argv[1:]
    files = [line.split() for line in sys.stdin]
    expected = {}
    for name, size, first, last, piece_size in files:
        for number in range(int(first), int(last) + 1):
            start = (number - int(first)) * int(piece_size)
            end = int(size) if number == int(last) else start + int(piece_size)
            expected[number] = (name, start, end)
    asked = " ".join(f"{first}-{last}" for _, _, first, last, _ in files).encode()
    request = (
        f"POST /pieces/{torrent} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
        f"Content-Length: {len(asked)}\r\n\r\n").encode() + asked
    total = sum(end - start for _, start, end in expected.values())
    buffer = bytearray(total + 64 * len(expected) + (1 << 20))
    seconds = cpu = 0
    for _ in range(int(repeats)):
        begin, begin_cpu = time.monotonic(), time.process_time()
        length = fetch(host, int(port), request, buffer)
        seconds += time.monotonic() - begin
        cpu += time.process_time() - begin_cpu
        check(memoryview(buffer)[:length], root, expected)
    repeats = int(repeats)
    print(len(expected) * repeats, total * repeats, seconds, cpu)


def fetch(host, port, request, buffer):
    """Asks once; how many bytes of the buffer the answer takes."""
    view = memoryview(buffer)
    length = 0
    with socket.create_connection((host, port)) as connection:
        connection.sendall(request)
        while count := connection.recv_into(view[length:], min(1 << 20, len(view) - length)):
            length += count
    return length


def check(answer, root, expected):
    """Every piece is there once, with the bytes of its file, and nothing else is."""
    head, _, _ = bytes(answer[:16384]).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 ") or b"chunked" not in head.lower():
        sys.exit(f"seed_pieces: {head.decode()}")
    stream = unchunked(answer[len(head) + 4:])
    wanted = dict(expected)
    while stream:
        number, status, reserved, length = (
            int.from_bytes(stream[a:b], "big") for a, b in ((0, 4), (4, 6), (6, 8), (8, 16)))
        content, stream = stream[16:16 + length], stream[16 + length:]
        if status != 200 or reserved or number not in wanted:
            sys.exit(f"seed_pieces: piece {number}: status {status}")
        name, start, end = wanted.pop(number)
        with open(f"{root}/{name}", "rb") as file:
            file.seek(start)
            if file.read(end - start) != content:
                sys.exit(f"seed_pieces: piece {number}: wrong bytes")
    if wanted:
        sys.exit(f"seed_pieces: {len(wanted)} pieces did not come")


def unchunked(text):
    """The content of a chunked body, which must be complete."""
    parts, position = [], 0
    while True:
        end = bytes(text[position:position + 64]).find(b"\r\n")
        if end < 0:
            sys.exit("seed_pieces: the answer ends before its last chunk")
        length = int(bytes(text[position:position + end]).split(b";")[0], 16)
        position += end + 2
        if not length:
            return memoryview(b"".join(parts))
        parts.append(text[position:position + length])
        position += length + 2


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Records what two libtorrent clients say to each other over a v2 torrent: SEED.bin and LEECH.bin.

Run with /usr/bin/python3 (python3-libtorrent). The data is 40,000 bytes, so that the last block is
short; pieces are 32 KiB, so that there are leaves to be asked for. The leech has a magnet link only,
so that it asks for metadata.
"""
import os
import socket
import sys
import tempfile
import threading
import time

import libtorrent as lt

here = os.path.dirname(os.path.abspath(__file__))
work = tempfile.mkdtemp()
data = bytes((i * 7 + (i >> 8)) & 0xFF for i in range(40_000))
os.mkdir(f"{work}/seed")
os.mkdir(f"{work}/leech")
with open(f"{work}/seed/file.bin", "wb") as file:
    file.write(data)

storage = lt.file_storage()
storage.add_file("file.bin", len(data))
creator = lt.create_torrent(storage, piece_size=32 << 10, flags=lt.create_torrent.v2_only)
lt.set_piece_hashes(creator, f"{work}/seed")
info = lt.torrent_info(creator.generate())


def session():
    return lt.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False, "enable_incoming_utp": False,
        "enable_outgoing_utp": False, "allow_multiple_connections_per_ip": True,
        "out_enc_policy": 2, "in_enc_policy": 2,
    })


def copy(source, target, record):
    while True:
        part = source.recv(65536)
        if not part:
            break
        record.append(part)
        target.sendall(part)


seed, leech = session(), session()
seed.add_torrent({"ti": info, "save_path": f"{work}/seed"})
listener = socket.create_server(("127.0.0.1", 0))
to_seed, to_leech = [], []


def proxy():
    client, _ = listener.accept()
    server = socket.create_connection(("127.0.0.1", seed.listen_port()))
    threading.Thread(target=copy, args=(client, server, to_seed), daemon=True).start()
    copy(server, client, to_leech)


threading.Thread(target=proxy, daemon=True).start()
magnet = lt.parse_magnet_uri(lt.make_magnet_uri(info))
magnet.save_path = f"{work}/leech"
handle = leech.add_torrent(magnet)
handle.connect_peer(listener.getsockname())
deadline = time.monotonic() + 60
while not handle.status().is_seeding:
    if time.monotonic() > deadline:
        sys.exit("the download does not end")
    time.sleep(0.1)
for name, record in (("SEED.bin", to_leech), ("LEECH.bin", to_seed)):
    with open(f"{here}/{name}", "wb") as file:
        file.write(b"".join(record))

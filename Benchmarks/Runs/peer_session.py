#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""libtorrent as a seed or a leech, over TCP alone and on loopback; what peers.py runs.

    peer_session.py seed DIRECTORY TORRENTS   prints the port it listens on; ends with its parent
    peer_session.py leech PORT DIRECTORY AT-ONCE TORRENTS
                                              prints seconds and bytes when it has everything
"""

import os
import sys
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import libtorrent  # noqa: E402


def session():
    return libtorrent.session({
        "listen_interfaces": "127.0.0.1:0", "enable_dht": False, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False, "enable_outgoing_utp": False,
        "enable_incoming_utp": False, "out_enc_policy": libtorrent.enc_policy.disabled,
        "in_enc_policy": libtorrent.enc_policy.disabled, "connection_speed": 1000,
        "connections_limit": 20000, "unchoke_slots_limit": -1, "max_out_request_queue": 1000,
        "allow_multiple_connections_per_ip": True, "alert_mask": 0}, flags=0)


def parameters(torrent, directory):
    asked = libtorrent.add_torrent_params()
    asked.ti = libtorrent.torrent_info(torrent)
    asked.save_path = directory
    asked.url_seeds = []
    asked.flags &= ~(libtorrent.torrent_flags.auto_managed | libtorrent.torrent_flags.paused)
    return asked


def read(path):
    """A line for each torrent: its file, and the directory that its data is in."""
    with open(path) as file:
        return [line.rstrip("\n").split("\t") for line in file]


def seed(path):
    here = session()
    for torrent, directory in read(path):
        asked = parameters(torrent, directory)
        # What is there is known to be right.
        asked.flags |= libtorrent.torrent_flags.seed_mode
        here.add_torrent(asked)
    print(here.listen_port(), flush=True)
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.2)


def leech(port, directory, at_once, path):
    here = session()
    waiting = [parameters(torrent, directory) for torrent, _ in read(path)]
    waiting.reverse()
    total, running = 0, []
    begin = time.monotonic()
    while waiting or running:
        while waiting and len(running) < at_once:
            handle = here.add_torrent(waiting.pop())
            handle.connect_peer(("127.0.0.1", port))
            running.append(handle)
        still = []
        for handle in running:
            status = handle.status()
            if status.is_seeding:
                total += status.total_done
                here.remove_torrent(handle, libtorrent.session.delete_files)
            else:
                still.append(handle)
        running = still
        time.sleep(0.005)
    print(time.monotonic() - begin, total, flush=True)


if sys.argv[1] == "seed":
    seed(sys.argv[2])
else:
    leech(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5])

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What the tests ask of libtorrent. A list of jobs comes as JSON on standard input, a list of as
many answers goes out; loopback only, and no way of finding peers but being told.

    bittorrent.py describe   what torrents and magnet links say
    bittorrent.py create     torrents of files on disk
    bittorrent.py download   each job in a session of its own, all at the same time
    bittorrent.py seed       serves until its parent is gone, and calls those who wait
"""

import json
import os
import sys
import time
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
import libtorrent  # noqa: E402

FORMS = {
    "v1": libtorrent.create_torrent.v1_only,
    "v1 padded": libtorrent.create_torrent.v1_only | libtorrent.create_torrent.canonical_files,
    "v2": libtorrent.create_torrent.v2_only,
    "hybrid": 0,
}


def hashes(value):
    return {
        "v1": str(value.v1) if value.has_v1() else None,
        "v2": str(value.v2) if value.has_v2() else None,
    }


def describe(job):
    if job["object"].startswith("magnet:"):
        link = libtorrent.parse_magnet_uri(job["object"])
        return {"hashes": hashes(link.info_hashes), "name": link.name,
                "webSeeds": list(link.url_seeds), "trackers": list(link.trackers)}
    torrent = libtorrent.torrent_info(job["object"])
    files = torrent.files()
    with open(job["object"], "rb") as file:
        whole = libtorrent.bdecode(file.read())
    layers = whole.get(b"piece layers", {})
    return {
        "hashes": hashes(torrent.info_hashes()),
        "name": torrent.name(),
        "pieceSize": torrent.piece_length(),
        "pieceCount": torrent.num_pieces(),
        "files": [
            {"path": files.file_path(index), "size": files.file_size(index)}
            for index in range(files.num_files())
            if not files.file_flags(index) & libtorrent.file_flags_t.flag_pad_file
        ],
        "webSeeds": [seed["url"] for seed in torrent.web_seeds()],
        "trackers": [tracker.url for tracker in torrent.trackers()],
        "info": torrent.info_section().hex(),
        "layers": {root.hex(): layer.hex() for root, layer in layers.items()},
    }


def create(job):
    files = libtorrent.file_storage()
    for path in job["paths"]:
        files.add_file(path, os.path.getsize(os.path.join(job["directory"], path)))
    torrent = libtorrent.create_torrent(files, job["pieceSize"], FORMS[job["form"]])
    libtorrent.set_piece_hashes(torrent, job["directory"])
    with open(job["output"], "wb") as file:
        file.write(libtorrent.bencode(torrent.generate()))
    return {}


def session(port=0):
    # No plugins but the one for magnet links, and so no exchange of peers.
    made = libtorrent.session({
        "listen_interfaces": f"127.0.0.1:{port}",
        "enable_dht": False, "enable_lsd": False, "enable_upnp": False, "enable_natpmp": False,
        "enable_outgoing_utp": False, "enable_incoming_utp": False,
        "out_enc_policy": libtorrent.enc_policy.disabled,
        "in_enc_policy": libtorrent.enc_policy.disabled,
        "allow_multiple_connections_per_ip": True, "urlseed_wait_retry": 1,
        # A client may listen before it knows the torrent: it is called again, soon.
        "min_reconnect_time": 0, "max_failcount": 1000,
        "alert_mask": libtorrent.alert.category_t.all_categories,
    }, flags=0)
    made.add_extension("ut_metadata")
    return made


def parameters(job):
    if job["torrent"].startswith("magnet:"):
        asked = libtorrent.parse_magnet_uri(job["torrent"])
    else:
        asked = libtorrent.add_torrent_params()
        asked.ti = libtorrent.torrent_info(job["torrent"])
    asked.save_path = job["directory"]
    asked.flags &= ~(libtorrent.torrent_flags.auto_managed | libtorrent.torrent_flags.paused)
    return asked


class Download:
    """One session; a job may name torrents that are to be there before its own begins."""

    COMPLAINTS = ("url_seed", "torrent_error", "file_error", "hash_failed", "metadata_failed")

    def __init__(self, job):
        self.job = job
        self.session = session(job.get("port", 0))
        self.complaint = ""
        self.deadline = time.monotonic() + job.get("limit", 60)
        self.older = [self.session.add_torrent(parameters(older)) for older in job.get("older", [])]
        self.handle = None
        self.is_refused = False

    def is_over(self):
        for alert in self.session.pop_alerts():
            if alert.what() in self.COMPLAINTS:
                self.complaint = alert.message()
        if self.handle is None and all(older.status().is_seeding for older in self.older):
            try:
                self.handle = self.session.add_torrent(parameters(self.job))
            except RuntimeError as error:
                self.complaint = str(error)
                self.is_refused = True
        return self.is_refused or self.finishes() or time.monotonic() >= self.deadline

    def finishes(self):
        return self.handle is not None and self.handle.status().is_seeding

    def answer(self):
        return {"loads": self.handle is not None, "finishes": self.finishes(),
                "note": self.complaint}


def download(jobs):
    downloads = [Download(job) for job in jobs]
    while not all([each.is_over() for each in downloads]):
        time.sleep(0.02)
    return [each.answer() for each in downloads]


def seed(jobs):
    here = session()
    handles = [here.add_torrent(parameters(job)) for job in jobs]
    while not all(handle.status().is_seeding for handle in handles):
        time.sleep(0.02)
    print("seeding", file=sys.stderr, flush=True)
    waiting = list(zip(handles, jobs))
    parent = os.getppid()
    while os.getppid() == parent:
        for handle, job in waiting:
            # One that hung up, or was not there yet, is called again.
            known = {peer.ip[1] for peer in handle.get_peer_info()}
            for port in set(job["callees"]) - known:
                handle.connect_peer(("127.0.0.1", port))
        time.sleep(0.2)
    return []


def main():
    command = sys.argv[1]
    jobs = json.load(sys.stdin)
    if command in ("describe", "create"):
        job = describe if command == "describe" else create
        answers = []
        for each in jobs:
            try:
                answers.append(job(each))
            except RuntimeError as error:
                answers.append({"error": str(error)})
    else:
        answers = download(jobs) if command == "download" else seed(jobs)
    json.dump(answers, sys.stdout)


main()

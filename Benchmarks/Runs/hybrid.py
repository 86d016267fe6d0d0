# SPDX-License-Identifier: Apache-2.0
"""Makes a hybrid torrent (v1 and v2) of a file or directory with libtorrent.

Arguments: its path, the piece length, and where the torrent goes.
"""

import os
import sys

import libtorrent


def main():
    source, length, output = sys.argv[1:]
    files = libtorrent.file_storage()
    libtorrent.add_files(files, source)
    torrent = libtorrent.create_torrent(files, int(length))
    libtorrent.set_piece_hashes(torrent, os.path.dirname(source))
    with open(output, "wb") as file:
        file.write(libtorrent.bencode(torrent.generate()))


if __name__ == "__main__":
    main()

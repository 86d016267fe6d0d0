# SPDX-License-Identifier: Apache-2.0
"""What is on disk after a fault, read as strangers read it: apt, SQLite, diff."""

import hashlib
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile

# A signature is another each time.
SIGNATURES = ("InRelease", "Release.gpg")


def release(directory):
    """The text of Release, or none."""
    try:
        return (directory / "Release").read_text()
    except FileNotFoundError:
        return None


def defects(directory, keyring):
    """All that is wrong with a published suite: each file that Release lists, each by-hash name,
    and the signatures."""
    found = []
    text = release(directory)
    if text is None:
        return [f"{directory} has no Release"]
    block = text.split("\nSHA256:\n")[1].splitlines()
    for line in block:
        if not line.startswith(" "):
            break
        digest, size, name = line.split()
        path = directory / name
        if not path.exists():
            # An uncompressed index is listed for apt, which decompresses, and need not lie there.
            if path.suffix:
                found.append(f"{name} is not there")
            continue
        content = path.read_bytes()
        if len(content) != int(size) or hashlib.sha256(content).hexdigest() != digest:
            found.append(f"{name} is not what Release lists")
        if path.suffix and not (path.parent / "by-hash" / "SHA256" / digest).exists():
            found.append(f"{name} has no by-hash name")
    for path in directory.glob("**/by-hash/SHA256/*"):
        if hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            found.append(f"{path} is not what its name says")
    return found + _signature_defects(directory, keyring)


def _signature_defects(directory, keyring):
    gpgv = ["gpgv", "--quiet", "--keyring", keyring]
    inside = subprocess.run([*gpgv, "--output", "-", directory / "InRelease"], capture_output=True)
    found = []
    if inside.returncode != 0:
        found.append(f"InRelease: {inside.stderr.decode()}")
    if inside.stdout != (directory / "Release").read_bytes():
        found.append("InRelease and Release differ")
    if subprocess.run([*gpgv, directory / "Release.gpg", directory / "Release"],
                      capture_output=True).returncode != 0:
        found.append("Release.gpg does not fit")
    return found


def tree(directory, without=SIGNATURES):
    """Every name below a directory, and what it holds."""
    found = {}
    for place, directories, files in os.walk(directory):
        for name in directories + files:
            path = pathlib.Path(place) / name
            key = str(path.relative_to(directory))
            if path.is_symlink():
                found[key] = "-> " + os.readlink(path)
            elif path.is_dir():
                found[key] = "/"
            elif name not in without:
                found[key] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def difference(one, other):
    """The names that differ between two trees, the first of them."""
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return ", ".join(names[:5])


NUMBERS = """
SELECT architecture, generation, {identity} torrent.base, torrent.next, torrent.live,
  hex(content.sha256), content.size, number.first, number.count, number.retired
FROM number JOIN torrent ON torrent.id = number.torrent
JOIN content ON content.id = number.content ORDER BY 1, 2, 9, 7
"""
TWICE = """
SELECT count(*) FROM number a JOIN number b ON a.torrent = b.torrent AND a.first < b.first
WHERE b.first < a.first + a.count
"""


def ledger(state, with_identity=True):
    """All numbers that were given; an error where the ledger is damaged or gives one twice. It
    is copied first, for a reader may change it."""
    if not (state / "ledger.sqlite").exists():
        return None
    with tempfile.TemporaryDirectory() as copy:
        for path in state.glob("ledger.sqlite*"):
            shutil.copy(path, copy)
        database = sqlite3.connect(f"{copy}/ledger.sqlite")
        try:
            check = database.execute("PRAGMA integrity_check").fetchone()[0]
            if check != "ok":
                raise ValueError(f"the ledger is damaged: {check}")
            # Its tables come in one transaction; before it, there is SQLite's file and a note of which
            # came.
            if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'number'").fetchone():
                return None
            if database.execute(TWICE).fetchone()[0]:
                raise ValueError("the ledger gives a number twice")
            identity = "hex(torrent_id)," if with_identity else "'',"
            return database.execute(NUMBERS.format(identity=identity)).fetchall()
        finally:
            database.close()

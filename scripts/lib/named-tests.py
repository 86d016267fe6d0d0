# SPDX-License-Identifier: Apache-2.0
"""Complains of tests that docs/security.md names and that are not there."""

import glob
import os
import re
import sys

texts = {}
for path in glob.glob("Tests/**/*Tests.swift", recursive=True):
    if "/.build/" not in path:
        with open(path) as file:
            name = os.path.basename(path)[: -len(".swift")]
            texts[name] = texts.get(name, "") + file.read()

missing = []
with open("docs/security.md") as document:
    for number, line in enumerate(document, 1):
        last = ""
        # `FileTests`, `FileTests.function`, `FileTests "title"`; a file counts on through its line.
        for found in re.finditer(r'`([A-Z]\w*Tests)?(?:\.(\w+)| ?"([^"]+)")?`', line):
            file, function, title = found.groups()
            if not (file or title or (function and last)):
                continue
            last = file or last
            text = texts.get(last)
            known = text is not None and (
                (not function or f"func {function}(" in text)
                and (not title or f'"{title}"' in text or f"`{title}`" in text))
            if not known:
                missing.append(f"docs/security.md:{number}: there is no test {found.group(0)}")

print("\n".join(missing), end="\n" if missing else "")
sys.exit(1 if missing else 0)

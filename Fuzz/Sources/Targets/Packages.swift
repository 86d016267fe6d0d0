// SPDX-License-Identifier: Apache-2.0

import PackagesParser

private let table = FieldTable([
  "Package", "Size", "SHA256", "Checksums-Sha256", "Installed-Build-Depends",
])

/// A Packages index.
func fuzzPackages(_ bytes: [UInt8]) {
  demandStanzas(of: bytes, table: table)
  var index = PackagesIndex(MemorySource(bytes, name: "input", chunk: 100))
  while let entry = try? index.next() {
    demandSafe(entry.filename)
    demandSafe(entry.architecture)
    demand(!entry.architecture.contains(0x2F), "an architecture with a slash")
    for lines in index.ownLines {
      demand(lines.upperBound <= index.reader.stanza.count, "a field leaves its stanza")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

import PackagesParser

/// A Sources index.
func fuzzSources(_ bytes: [UInt8]) {
  var index = SourcesIndex(MemorySource(bytes, name: "input", chunk: 100))
  while let entry = try? index.next() {
    for file in entry.files {
      demandSafe(file.path)
      demand(file.path.reversed().starts(with: file.name.reversed()), "a path of another name")
    }
    for lines in index.ownLines {
      demand(lines.upperBound <= index.reader.stanza.count, "a field leaves its stanza")
    }
  }
}

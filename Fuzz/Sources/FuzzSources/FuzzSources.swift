// SPDX-License-Identifier: Apache-2.0

import FuzzSupport
import PackagesParser

/// libFuzzer's entry: a Sources index.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSources(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var index = SourcesIndex(MemorySource(input(data, count), name: "input", chunk: 100))
  while let entry = try? index.next() {
    for file in entry.files {
      demandSafe(file.path)
      demand(file.path.reversed().starts(with: file.name.reversed()), "a path of another name")
    }
    for lines in index.ownLines {
      demand(lines.upperBound <= index.reader.stanza.count, "a field leaves its stanza")
    }
  }
  return 0
}

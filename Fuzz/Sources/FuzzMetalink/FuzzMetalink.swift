// SPDX-License-Identifier: Apache-2.0

import FuzzSupport
import TorrentMetadata

/// libFuzzer's entry: a metalink.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMetalink(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = input(data, count)
  guard let metalink = try? Metalink(bytes, name: "input") else { return 0 }
  for file in metalink.files {
    demandSafe(file.path.string.utf8)
    for description in file.descriptions {
      if let name = description.name { demandSafe(name.string.utf8) }
    }
  }
  guard let written = try? metalink.serialized() else {
    demand(false, "what was read cannot be written")
    return 0
  }
  demand(
    (try? Metalink(written, name: "written")) == metalink, "it does not read as it was written")
  return 0
}

// SPDX-License-Identifier: Apache-2.0

import TorrentMetadata

/// A metalink.
func fuzzMetalink(_ bytes: [UInt8]) {
  guard let metalink = try? Metalink(bytes, name: "input") else { return }
  for file in metalink.files {
    demandSafe(file.path.string.utf8)
    for description in file.descriptions {
      if let name = description.name { demandSafe(name.string.utf8) }
    }
  }
  guard let written = try? metalink.serialized() else {
    demand(false, "what was read cannot be written")
    return
  }
  demand(
    (try? Metalink(written, name: "written")) == metalink, "it does not read as it was written")
}

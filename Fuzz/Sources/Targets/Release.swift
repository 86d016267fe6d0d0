// SPDX-License-Identifier: Apache-2.0

import PackagesParser

/// A Release, and the indices among its files.
func fuzzRelease(_ bytes: [UInt8]) {
  guard let release = try? ReleaseFile(bytes, file: "input") else { return }
  for path in release.files.keys {
    demandSafe(path.utf8)
    let base = Compression.split(path[...]).base
    guard let location = IndexLocation(path: base) else { continue }
    demand(location.path == base, "\(location.path) made of \(base)")
    demandSafe(location.pieceIndexPath(for: location.architecture).utf8)
  }
}

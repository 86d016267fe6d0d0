// SPDX-License-Identifier: Apache-2.0

import FuzzSupport
import PackagesParser

/// libFuzzer's entry: a Release, and the indices among its files.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRelease(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard let release = try? ReleaseFile(input(data, count), file: "input") else { return 0 }
  for path in release.files.keys {
    demandSafe(path.utf8)
    let base = Compression.split(path[...]).base
    guard let location = IndexLocation(path: base) else { continue }
    demand(location.path == base, "\(location.path) made of \(base)")
    demandSafe(location.pieceIndexPath(for: location.architecture).utf8)
  }
  return 0
}

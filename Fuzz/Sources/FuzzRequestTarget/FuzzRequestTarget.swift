// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import FuzzSupport
import HTTPMessages

/// libFuzzer's entry: a request target, which must never lead out of the archive.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzRequestTarget(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: input(data, count), as: UTF8.self)
  guard let target = try? RequestTarget(text) else { return 0 }
  if let path = target.path { demandSafe(path.string.utf8) }
  demand(target.path != nil || target.isDirectory, "a target without a path")
  _ = target.parameter("format")
  return 0
}

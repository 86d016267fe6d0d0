// SPDX-License-Identifier: Apache-2.0

import FuzzSupport

/// libFuzzer's entry: a file as xz.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzXz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  demandDecompression(of: input(data, count), as: .xz)
  return 0
}

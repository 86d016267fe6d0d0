// SPDX-License-Identifier: Apache-2.0

import FuzzSupport

/// libFuzzer's entry: a file as zstd.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzZstd(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  demandDecompression(of: input(data, count), as: .zstd)
  return 0
}

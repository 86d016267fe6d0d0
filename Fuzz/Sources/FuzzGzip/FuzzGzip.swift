// SPDX-License-Identifier: Apache-2.0

import FuzzSupport

/// libFuzzer's entry: a file as gzip.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGzip(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  demandDecompression(of: input(data, count), as: .gzip)
  return 0
}

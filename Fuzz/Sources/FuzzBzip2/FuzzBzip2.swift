// SPDX-License-Identifier: Apache-2.0

import FuzzSupport

/// libFuzzer's entry: a file as bzip2.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBzip2(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  demandDecompression(of: input(data, count), as: .bzip2)
  return 0
}

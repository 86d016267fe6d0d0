// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import FuzzSupport
import PackagesParser

/// libFuzzer's entry: a date of a Release.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArchiveDate(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: input(data, count), as: UTF8.self)
  guard let date = ArchiveDate(release: text) else { return 0 }
  demand(date.seconds >= 0 && date.seconds <= 253_402_300_800, "\(date.seconds) s")
  demand(date.description.utf8.count == 20, date.description)
  return 0
}

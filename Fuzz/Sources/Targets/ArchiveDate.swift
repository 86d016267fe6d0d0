// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser

/// A date of a Release.
func fuzzArchiveDate(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  guard let date = ArchiveDate(release: text) else { return }
  demand(date.seconds >= 0 && date.seconds <= 253_402_300_800, "\(date.seconds) s")
  demand(date.description.utf8.count == 20, date.description)
}

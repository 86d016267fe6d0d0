// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

struct DecimalTests {
  @Test(arguments: [0, 9, 10, 524_288, UInt64.max])
  func `A number is written with all its digits and no other`(number: UInt64) {
    var digits = ""
    number.withDecimal { digits = String(decoding: $0, as: UTF8.self) }
    #expect(digits == "\(number)")
  }
}

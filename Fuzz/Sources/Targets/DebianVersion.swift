// SPDX-License-Identifier: Apache-2.0

import SwarmClient

/// Versions, one a line: whatever a stanza says, they have one order.
func fuzzDebianVersion(_ bytes: [UInt8]) {
  let versions = bytes.split(separator: 0x0A).prefix(8)
    .map { DebianVersion(String(decoding: $0, as: UTF8.self)) }
  for a in versions {
    demand(!(a < a), "less than itself")
    for b in versions {
      demand(!(a < b && b < a), "less both ways")
      for c in versions where a < b && b < c { demand(a < c, "no order of three") }
    }
  }
}

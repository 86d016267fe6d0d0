// SPDX-License-Identifier: Apache-2.0

import PackagesParser

/// An InRelease.
func fuzzClearSigned(_ bytes: [UInt8]) {
  guard let message = try? ClearSigned(bytes, file: "input") else { return }
  demand(ClearSigned.isLikely(bytes), "begins otherwise")
  demand(message.text.count < bytes.count, "more text than there is")
  demand(!message.text.contains(0), "a NUL byte")
  for line in message.text.split(separator: 0x0A) {
    demand(line.count <= ClearSigned.maximumLine, "a line too long")
    demand(line.last != 0x20 && line.last != 0x09 && line.last != 0x0D, "a blank not signed")
  }
}

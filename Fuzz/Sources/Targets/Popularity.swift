// SPDX-License-Identifier: Apache-2.0

import Publisher

/// A list of popular packages.
func fuzzPopularity(_ bytes: [UInt8]) {
  guard let list = try? Popularity(bytes, file: "input") else { return }
  demand((try? Popularity(bytes, file: "again"))?.digest == list.digest, "another digest")
  for line in bytes.split(separator: 0x0A) {
    for word in line.split(separator: 0x20) {
      _ = list[String(decoding: word, as: UTF8.self)]
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

/// A file as bzip2.
func fuzzBzip2(_ bytes: [UInt8]) {
  demandDecompression(of: bytes, as: .bzip2)
}

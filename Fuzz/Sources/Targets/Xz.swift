// SPDX-License-Identifier: Apache-2.0

/// A file as xz.
func fuzzXz(_ bytes: [UInt8]) {
  demandDecompression(of: bytes, as: .xz)
}

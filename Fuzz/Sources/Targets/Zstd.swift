// SPDX-License-Identifier: Apache-2.0

/// A file as zstd.
func fuzzZstd(_ bytes: [UInt8]) {
  demandDecompression(of: bytes, as: .zstd)
}

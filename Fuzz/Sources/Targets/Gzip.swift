// SPDX-License-Identifier: Apache-2.0

/// A file as gzip.
func fuzzGzip(_ bytes: [UInt8]) {
  demandDecompression(of: bytes, as: .gzip)
}

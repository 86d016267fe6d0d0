// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A SHA-1 value (FIPS 180-4), held without an array.
package struct SHA1Digest: Sendable {
  package static let byteCount = 20

  private var words: (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)

  /// Twenty zero bytes.
  static let zero = SHA1Digest { _ in }

  /// Lets `body` write the 20 bytes.
  init(_ body: (UnsafeMutableRawBufferPointer) -> Void) {
    Swift.withUnsafeMutableBytes(of: &words, body)
  }

  /// Calls `body` with the 20 bytes.
  package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    try Swift.withUnsafeBytes(of: words, body)
  }
}

extension SHA1Digest: Equatable {
  package static func == (a: SHA1Digest, b: SHA1Digest) -> Bool { a.words == b.words }
}

extension SHA1Digest: CustomStringConvertible {
  /// 40 lower-case hexadecimal digits.
  package var description: String { withUnsafeBytes { Hex.string($0) } }
}

// SPDX-License-Identifier: Apache-2.0

/// One file's bytes, whatever names, suites or archives they stand under.
public struct ContentID: Hashable, Sendable {
  /// SHA-256 of the whole file, as the signed index gives it.
  public let sha256: SHA256Digest
  /// Size of the file in bytes.
  public let size: ByteCount

  /// Pairs a digest with its size.
  public init(sha256: SHA256Digest, size: ByteCount) {
    self.sha256 = sha256
    self.size = size
  }
}

extension ContentID: CustomStringConvertible {
  public var description: String { "\(sha256) (\(size) bytes)" }
}

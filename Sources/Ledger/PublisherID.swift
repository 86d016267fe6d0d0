// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Who assigns numbers: 128 random bits made with the ledger, never shared by two ledgers that
/// number on their own.
package struct PublisherID: Hashable, Sendable {
  package let bytes: [UInt8]

  /// Draws a new id.
  package init(using generator: inout some RandomNumberGenerator) {
    bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// Reads 32 hexadecimal digits; nil when malformed.
  package init?(hex: String) {
    guard let bytes = Hex.decode(hex), bytes.count == 16 else { return nil }
    self.bytes = bytes
  }
}

extension PublisherID: CustomStringConvertible {
  package var description: String { Hex.string(bytes) }
}

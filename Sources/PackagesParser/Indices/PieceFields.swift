// SPDX-License-Identifier: Apache-2.0

/// The fields that this suite appends to stanzas.
public enum PieceFields {
  public static let numbers = "Piece-Numbers"
  public static let size = "Piece-Size"
  public static let root = "Pieces-Root"
  public static let hashes = "SHA256-Pieces"
  /// The field of the first system, written on request.
  public static let legacy = "SHA1-pieces"

  /// All of them: what an earlier run appended and this one replaces.
  public static let all = [numbers, size, root, hashes, legacy]
}

/// The values of these fields in a stanza as they came, each nil where it is absent; valid until the
/// reader moves on.
public struct PieceFieldValues {
  public let numbers: UnsafeRawBufferPointer?
  public let size: UnsafeRawBufferPointer?
  public let root: UnsafeRawBufferPointer?
  public let hashes: UnsafeRawBufferPointer?

  /// Joins what a stanza has.
  public init(
    numbers: UnsafeRawBufferPointer?, size: UnsafeRawBufferPointer?, root: UnsafeRawBufferPointer?,
    hashes: UnsafeRawBufferPointer?
  ) {
    self.numbers = numbers
    self.size = size
    self.root = root
    self.hashes = hashes
  }
}

// SPDX-License-Identifier: Apache-2.0

/// What a side of a numbered torrent says of its index, in the key `numbered` of the extended
/// handshake.
public struct NumberedState: Hashable, Sendable {
  /// Of the torrent; both sides must have the same.
  public let generation: UInt64
  /// The number that the next piece will have.
  public var next: UInt32
  /// The lowest live number: where bitfields of this side begin.
  public var floor: UInt32
  /// Whether this side is the archive's own seeder, whose uplink is that of the web seed.
  public var isMirror: Bool

  public init(generation: UInt64, next: UInt32, floor: UInt32, isMirror: Bool = false) {
    self.generation = generation
    self.next = next
    self.floor = floor
    self.isMirror = isMirror
  }
}

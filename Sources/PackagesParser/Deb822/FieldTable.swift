// SPDX-License-Identifier: Apache-2.0

/// The fields a reader wants of each stanza, by position: names are case-insensitive (policy 5.1).
public final class FieldTable: Sendable {
  /// The names, in the order of their positions.
  public let names: [String]

  private let bytes: [[UInt8]]
  // For each first byte the positions of the names that may begin with it.
  private let byFirstByte: [[Int]]
  // One bit a byte value: lets the scanner pass most lines with one load.
  private let mask: (UInt64, UInt64, UInt64, UInt64)

  /// Wants `names`, which are ASCII.
  public init(_ names: [String]) {
    self.names = names
    bytes = names.map { Array($0.lowercased().utf8) }
    var byFirstByte = [[Int]](repeating: [], count: 256)
    var mask: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for (position, name) in bytes.enumerated() {
      guard let first = name.first else { continue }
      for byte in Set([first, first & 0xDF]) {
        byFirstByte[Int(byte)].append(position)
        switch byte >> 6 {
        case 0: mask.0 |= 1 << (byte & 63)
        case 1: mask.1 |= 1 << (byte & 63)
        case 2: mask.2 |= 1 << (byte & 63)
        default: mask.3 |= 1 << (byte & 63)
        }
      }
    }
    self.byFirstByte = byFirstByte
    self.mask = mask
  }

  /// How many fields are wanted.
  public var count: Int { names.count }

  /// Whether a name of the table begins with `byte`; names are letters, so two words suffice.
  @inline(__always)
  func mayBegin(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: mask.0
      case 1: mask.1
      case 2: mask.2
      default: mask.3
      }
    return word & (1 << (byte & 63)) != 0
  }

  /// The position of the field whose line is `line`, and the length of its name; nil when it is
  /// none of the wanted ones.
  @inline(__always)
  func match(_ line: UnsafeRawBufferPointer) -> (position: Int, nameLength: Int)? {
    guard let first = line.first, mayBegin(first) else { return nil }
    for position in byFirstByte[Int(first)] where matches(bytes[position], line) {
      return (position, bytes[position].count)
    }
    return nil
  }

  @inline(__always)
  private func matches(_ name: [UInt8], _ line: UnsafeRawBufferPointer) -> Bool {
    guard line.count > name.count, line[name.count] == 0x3A else { return false }
    for index in name.indices {
      let byte = line[index]
      let lowered = byte &- 0x41 < 26 ? byte | 0x20 : byte
      if lowered != name[index] { return false }
    }
    return true
  }
}

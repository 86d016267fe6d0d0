// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Why the content of a request for pieces is refused.
public enum PieceListDefect: Error, Hashable, Sendable {
  case empty
  /// Something other than numbers and ranges, at this byte.
  case malformed(offset: Int)
  /// More numbers than one request may have.
  case tooMany(limit: Int)
}

extension PieceListDefect: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "The request names no piece; expected numbers and ranges, as 4711 4720-4731."
    case .malformed(let offset):
      "Expected a number or a range at byte \(offset), as 4711 or 4720-4731."
    case .tooMany(let limit): "More than \(limit) pieces in one request."
    }
  }
}

/// The numbers that a request for pieces names.
///
///     pieces = range *( separator range ) ; range = number [ "-" number ]
///     separator = 1*( SP / HTAB / CR / LF / "," )
public enum PieceList {
  /// Reads the content of a request: each number once, in ascending order.
  ///
  /// - Throws: `PieceListDefect` for anything that is no such list.
  public static func parse(_ bytes: [UInt8], limit: Int) throws(PieceListDefect) -> [PieceNumber] {
    var ranges: [ClosedRange<UInt32>] = []
    var count = 0
    var position = 0
    while true {
      position = bytes[position...].firstIndex { !isSeparator($0) } ?? bytes.count
      if position == bytes.count { break }
      let end = bytes[position...].firstIndex { isSeparator($0) } ?? bytes.count
      guard let range = range(bytes[position..<end]) else { throw .malformed(offset: position) }
      count += range.count
      guard range.count <= limit, count <= limit else { throw .tooMany(limit: limit) }
      ranges.append(range)
      position = end
    }
    if ranges.isEmpty { throw .empty }
    return merged(ranges)
  }

  private static func merged(_ ranges: [ClosedRange<UInt32>]) -> [PieceNumber] {
    var numbers: [PieceNumber] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      for number in range where numbers.last.map({ $0.rawValue < number }) ?? true {
        numbers.append(PieceNumber(number))
      }
    }
    return numbers
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A || byte == 0x2C
  }

  private static func range(_ text: ArraySlice<UInt8>) -> ClosedRange<UInt32>? {
    let ends = text.split(separator: 0x2D, maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = ends.first.flatMap(number) else { return nil }
    guard ends.count == 2 else { return first...first }
    guard let last = number(ends[1]), first <= last else { return nil }
    return first...last
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt32? {
    guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy({ $0.isDigit }) else { return nil }
    return UInt32(exactly: digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1 - 0x30) })
  }
}

// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PeerWire

/// A numbered torrent while peers of one event loop are connected for it.
final class NumberedSwarm {
  let id: TorrentID
  /// As the worker's catalog has it; nil when the ledger does not know it any more.
  private(set) var torrent: CatalogTorrent?
  /// What can be given, ranges that rise and do not touch.
  private(set) var available: [PieceRange] = []

  /// What changed between two looks.
  struct Change {
    var lost: [PieceRange] = []
    var gained: [PieceRange] = []
    /// Whether floor or next piece are others.
    var isRaised = false
  }

  init(_ id: TorrentID) { self.id = id }

  /// What we say of it.
  var state: NumberedState? {
    torrent.map {
      NumberedState(
        generation: UInt64($0.generation), next: $0.next.rawValue, floor: $0.floor.rawValue,
        isMirror: true)
    }
  }

  /// Takes over what is known now, and says what became of it.
  func update(_ catalog: Catalog, lacking: Set<SHA256Digest>) -> Change {
    let before = (torrent, available)
    torrent = catalog.torrent(id)
    available = torrent.map { Self.available($0, catalog, lacking) } ?? []
    var change = Change()
    change.lost = PieceRange.subtract(available, from: before.1)
    change.gained = PieceRange.subtract(before.1, from: available)
    change.isRaised =
      before.0.map { ($0.floor, $0.next) != (torrent?.floor, torrent?.next) } ?? true
    return change
  }

  private static func available(
    _ torrent: CatalogTorrent, _ catalog: Catalog, _ lacking: Set<SHA256Digest>
  ) -> [PieceRange] {
    var ranges: [PieceRange] = []
    for numbers in torrent.numbers where numbers.count > 0 {
      let id = catalog.contents[Int(numbers.content)].id
      guard !catalog.files(of: numbers.content).isEmpty, !lacking.contains(id.sha256) else {
        continue
      }
      let last = numbers.first + (numbers.count - 1)
      if let before = ranges.last, before.last &+ 1 == numbers.first {
        ranges[ranges.count - 1] = PieceRange(before.first, last)
      } else {
        ranges.append(PieceRange(numbers.first, last))
      }
    }
    return ranges
  }

  /// Whether `number` can be given.
  func has(_ number: UInt32) -> Bool {
    var (low, high) = (0, available.count)
    while low < high {
      let middle = (low + high) / 2
      if available[middle].last < number { low = middle + 1 } else { high = middle }
    }
    return low < available.count && available[low].first <= number
  }
}

extension PieceRange {
  /// What is in `ranges` and in none of `others`; both rise and do not touch, as what is returned.
  static func subtract(_ others: [PieceRange], from ranges: [PieceRange]) -> [PieceRange] {
    var rest: [PieceRange] = []
    var other = others[...]
    for range in ranges {
      // In 64 bits there is always a number after the last.
      var first = UInt64(range.first)
      let end = UInt64(range.last) + 1
      while let next = other.first, first < end {
        if UInt64(next.last) < first {
          other.removeFirst()
          continue
        }
        if UInt64(next.first) >= end { break }
        append(first, min(end, UInt64(next.first)), to: &rest)
        first = UInt64(next.last) + 1
      }
      append(first, end, to: &rest)
    }
    return rest
  }

  private static func append(_ first: UInt64, _ end: UInt64, to ranges: inout [PieceRange]) {
    if first < end { ranges.append(PieceRange(UInt32(first), UInt32(end - 1))) }
  }
}

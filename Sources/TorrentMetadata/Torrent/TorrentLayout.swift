// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// How files follow each other in the pieces of BEP 3, which run over the borders of files.
public struct TorrentLayout: Hashable, Sendable {
  public let pieceSize: PieceSize
  /// All files in order, and between them what moves the next one to a piece's border.
  public let entries: [Entry]
  /// Bytes of all entries.
  public let total: UInt64
  private let sizes: [ByteCount]

  /// A file, or zeros.
  public struct Entry: Hashable, Sendable {
    /// The position of the file in the order; none for padding.
    public let file: Int?
    /// Where it begins.
    public let offset: UInt64
    public let size: UInt64
  }

  /// Lays out files of `sizes`; with `isPadded` each one begins and ends a piece (BEP 47).
  ///
  /// The last one is padded as well: a file's pieces are then the same in each set, whatever its
  /// neighbours, which is what BEP 38 needs, and what libtorrent writes.
  public init(sizes: [ByteCount], pieceSize: PieceSize, isPadded: Bool) {
    var entries: [Entry] = []
    var offset: UInt64 = 0
    for (file, size) in sizes.enumerated() {
      entries.append(Entry(file: file, offset: offset, size: size.rawValue))
      offset += size.rawValue
      let over = offset % pieceSize.rawValue
      if isPadded, over != 0 {
        let padding = pieceSize.rawValue - over
        entries.append(Entry(file: nil, offset: offset, size: padding))
        offset += padding
      }
    }
    self.sizes = sizes
    self.pieceSize = pieceSize
    self.entries = entries
    total = offset
  }

  /// How many pieces there are.
  public var pieceCount: Int { Int(pieceSize.pieceCount(of: ByteCount(total))) }

  /// A part of one file, or zeros, within one piece.
  public struct Segment: Hashable, Sendable {
    /// The position of the file; none for zeros.
    public let file: Int?
    /// Bytes of the file, or for zeros of the padding.
    public let range: Range<UInt64>
  }

  /// What piece `index` is made of, in order.
  public func segments(of index: Int) -> [Segment] {
    let start = UInt64(index) * pieceSize.rawValue
    let end = min(start + pieceSize.rawValue, total)
    guard start < end else { return [] }
    var segments: [Segment] = []
    for entry in entries[firstEntry(endingAfter: start)...] {
      guard entry.offset < end else { break }
      let lower = max(entry.offset, start)
      let upper = min(entry.offset + entry.size, end)
      guard lower < upper else { continue }
      segments.append(
        Segment(file: entry.file, range: lower - entry.offset..<upper - entry.offset))
    }
    return segments
  }

  private func firstEntry(endingAfter offset: UInt64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].offset + entries[middle].size > offset {
        high = middle
      } else {
        low = middle + 1
      }
    }
    return low
  }
}

/// Where the SHA-1 of a set's piece comes from.
public enum PieceSource: Hashable, Sendable {
  /// It is that of piece `piece` of file `file`, as the file was hashed by itself.
  case stored(file: Int, piece: Int)
  /// It spans a file's border or padding, or the file was cut otherwise: it has to be computed.
  case data([TorrentLayout.Segment])
}

extension TorrentLayout {
  /// Where the SHA-1 of piece `index` comes from when each file was hashed by itself in pieces of
  /// `stored`.
  public func source(of index: Int, stored: [PieceSize]) -> PieceSource {
    let segments = segments(of: index)
    guard segments.count == 1, let only = segments.first, let file = only.file else {
      return .data(segments)
    }
    let length = stored[file].rawValue
    let piece = only.range.lowerBound / length
    guard only.range.lowerBound == piece * length,
      only.range.upperBound == min((piece + 1) * length, sizes[file].rawValue)
    else { return .data(segments) }
    return .stored(file: file, piece: Int(piece))
  }

  /// How many bytes of files have to be read for the pieces that are not stored; 0 when a torrent
  /// can be made without reading any.
  public func bytesToRead(stored: [PieceSize]) -> UInt64 {
    (0..<pieceCount).reduce(0) { sum, index in
      guard case .data(let segments) = source(of: index, stored: stored) else { return sum }
      return segments.reduce(sum) { $1.file == nil ? $0 : $0 + UInt64($1.range.count) }
    }
  }

  /// The piece size at which a v2 set of files hashed in pieces of `stored` needs no byte of them:
  /// the largest, to which the layers of the others can be raised (`PieceLayer.raised`).
  ///
  /// A v1 set of several files, and so a hybrid, always needs the pieces at files' borders read.
  public static func commonPieceSize(of stored: [PieceSize]) -> PieceSize? { stored.max() }
}

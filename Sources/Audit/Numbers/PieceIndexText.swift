// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import PackagesParser

/// Reads one piece index whole and judges what it says of itself (docs/formats.md section 8.3).
package struct PieceIndexText: Sendable {
  /// What one generation's stanzas come to.
  package struct Table: Sendable {
    /// What is told of and not retired.
    package var contents: [ContentID: PublishedPieces] = [:]
    package var floor = PieceNumber(0)
    package var next = PieceNumber(0)
    var given = RangeCover()
    /// By the first of its numbers.
    var byNumber: [UInt32: ContentID] = [:]
    var base: PieceSize?
  }

  package private(set) var tables: [TorrentID: Table] = [:]
  /// The run stanza that was read last: it says what the file is paired with.
  package private(set) var lastRun: PieceIndexRun?
  /// What is wrong, each with its place.
  package private(set) var defects: [String] = []
  package private(set) var contents = 0

  private var run: PieceIndexRun?
  private var runContents: UInt32 = 0
  private var runRetired: UInt64 = 0
  /// Where defects are no longer told of: a damaged file may have one a line.
  private static let maximumDefects = 1000

  /// Reads to the end; what it says may be believed only when the source is verified.
  ///
  /// - Throws: `ArchiveError` for a stanza that cannot be read, and what the source throws.
  package init(_ source: any ByteSource, numbers: inout GivenNumbers) throws {
    let reader = PieceIndexReader(source)
    while let element = try reader.next() {
      switch element {
      case .header(let id): try begin(id, reader)
      case .run: try begin(try reader.run(), reader)
      case .content(let content): try take(content, reader, &numbers)
      case .retired(let ranges): retire(ranges, reader)
      }
    }
    endRun(nil)
  }

  private mutating func note(_ reason: String, _ reader: PieceIndexReader?) {
    guard defects.count < Self.maximumDefects else { return }
    let place = reader?.error(reason).place
    defects.append((place?.line.map { "line \($0): " } ?? "") + reason)
  }

  private mutating func begin(_ id: TorrentID, _ reader: PieceIndexReader) throws {
    let stanza = try ControlStanza.parse(Array(reader.stanza), file: "header").first
    let base = stanza?.text("Piece-Size").flatMap { UInt64($0) }.flatMap { PieceSize(rawValue: $0) }
    if base == nil { note("the header of \(id) has no Piece-Size that can be", reader) }
    tables[id, default: Table()].base = base
  }

  private mutating func begin(_ run: PieceIndexRun, _ reader: PieceIndexReader) throws {
    endRun(reader)
    self.run = run
    lastRun = run
    var table = tables[run.torrent] ?? Table()
    if run.floor < table.floor {
      note("Floor goes back from \(table.floor) to \(run.floor)", reader)
    }
    if run.next < table.next {
      note("Next-Piece goes back from \(table.next) to \(run.next)", reader)
    }
    table.floor = max(table.floor, run.floor)
    table.next = max(table.next, run.next)
    tables[run.torrent] = table
  }

  private mutating func endRun(_ reader: PieceIndexReader?) {
    if let run, run.contents != runContents {
      note("the run before lists \(runContents) contents and says \(run.contents)", reader)
    }
    if let run, UInt64(run.retiredPieces) != runRetired {
      note("the run before retires \(runRetired) numbers and says \(run.retiredPieces)", reader)
    }
    (runContents, runRetired) = (0, 0)
  }

  private mutating func take(
    _ content: ContentID, _ reader: PieceIndexReader, _ numbers: inout GivenNumbers
  ) throws {
    guard let run else { return }
    runContents += 1
    contents += 1
    _ = try reader.filename()
    guard let pieces = reader.pieces(of: content), let range = pieces.numbers else {
      note("the pieces of \(content) contradict its size or each other", reader)
      return
    }
    if range.first < run.floor || range.last >= run.next {
      note(
        "\(content) has the numbers \(range), outside \(run.floor) to \(run.next) of its run",
        reader)
    }
    numbers.give(range, to: content, in: run.torrent)
    if let base = tables[run.torrent]?.base { check(pieces, base, reader) }
    tables[run.torrent]?.given.insert(range)
    tables[run.torrent]?.byNumber[range.first.rawValue] = content
    tables[run.torrent]?.contents[content] = pieces
  }

  /// Number and size of the pieces are a function of the file's size and the torrent's base alone.
  private mutating func check(
    _ pieces: PublishedPieces, _ base: PieceSize, _ reader: PieceIndexReader
  ) {
    let size = PieceSize.forFile(of: pieces.content.size, base: base)
    let count = size.pieceCount(of: pieces.content.size)
    if let numbers = pieces.numbers, numbers.count != count {
      note("\(pieces.content) has \(numbers.count) numbers, expected \(count)", reader)
    }
    if count > 1, pieces.size != size {
      note(
        "\(pieces.content) has pieces of \(pieces.size.map(\.description) ?? "its own size"), "
          + "expected \(size)", reader)
    }
  }

  private mutating func retire(_ ranges: [PieceNumberRange], _ reader: PieceIndexReader) {
    guard let id = run?.torrent, var table = tables[id] else { return }
    tables[id] = nil
    for range in ranges {
      runRetired += UInt64(range.count)
      if !table.given.covers(range) {
        note("retires \(range), numbers that this file gave to nobody", reader)
      }
      table.retire(range)
    }
    tables[id] = table
  }
}

extension PieceIndexText.Table {
  /// Removes the contents whose numbers lie in `range`.
  fileprivate mutating func retire(_ range: PieceNumberRange) {
    let firsts =
      Int(range.count) <= byNumber.count
      ? Array(range.first.rawValue...range.last.rawValue)
      : byNumber.keys.filter { range.first.rawValue <= $0 && $0 <= range.last.rawValue }
    for first in firsts {
      guard let content = byNumber.removeValue(forKey: first),
        let numbers = contents[content]?.numbers,
        // It may have come back with other numbers since.
        numbers.first.rawValue == first, numbers.last <= range.last
      else { continue }
      contents[content] = nil
    }
  }
}

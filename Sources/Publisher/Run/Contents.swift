// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger

/// The contents and files that a run has seen, and what is known of them.
///
/// Tables of plain values keyed by digests; no string is kept for a file that needs no reading.
struct Contents: Sendable {
  private(set) var torrents: [RunTorrent] = []
  var all: [RunContent] = []

  private var positions: [Key: Int32] = [:]
  private var verdicts: [FileKey: FileVerdict] = [:]
  private var known: [Int: FileRecord] = [:]

  /// The position of an architecture's torrent, made when it is new.
  mutating func torrent(for architecture: UnsafeRawBufferPointer, base: PieceSize) -> Int32 {
    let found = torrents.firstIndex { torrent in
      torrent.architecture.utf8.elementsEqual(architecture)
    }
    if let found { return Int32(found) }
    add(RunTorrent(architecture: String(decoding: architecture, as: UTF8.self), base: base))
    return Int32(torrents.count - 1)
  }

  mutating func add(_ torrent: RunTorrent) { torrents.append(torrent) }

  /// Changes a torrent in place.
  mutating func update(_ torrent: Int, _ change: (inout RunTorrent) throws -> Void) rethrows {
    try change(&torrents[torrent])
  }

  /// Takes a row of the ledger. Of several numberings of one content the living one counts, or
  /// else the newest.
  mutating func add(_ row: NumberedContent, torrent: Int32) {
    let key = Key(torrent: torrent, content: row.content)
    if let position = positions[key] {
      // Rows come in number order: the later replaces a retired one, and never a living one.
      guard all[Int(position)].isRetired else { return }
      all[Int(position)].numbers = row.numbers
      all[Int(position)].isRetired = row.isRetired
      return
    }
    var content = RunContent(row.content, torrent: torrent)
    content.row = row.row
    content.root = row.root
    content.numbers = row.numbers
    content.isRetired = row.isRetired
    positions[key] = Int32(all.count)
    all.append(content)
  }

  /// Takes what the ledger knows of a file.
  mutating func add(_ file: FileRecord, path: UnsafeRawBufferPointer) {
    known[Self.hash(path)] = file
  }

  mutating func reserve(contents count: Int) {
    all.reserveCapacity(count)
    positions.reserveCapacity(count)
    known.reserveCapacity(count)
    verdicts.reserveCapacity(count)
  }

  /// The position of a content, added when it is new.
  mutating func position(of content: ContentID, torrent: Int32) -> Int32 {
    let key = Key(torrent: torrent, content: content)
    if let position = positions[key] { return position }
    let position = Int32(all.count)
    positions[key] = position
    all.append(RunContent(content, torrent: torrent))
    return position
  }

  /// The position of a content; nil when this run has not met it.
  func find(_ content: ContentID, torrent: Int32) -> Int32? {
    positions[Key(torrent: torrent, content: content)]
  }

  /// What was found of the file at `path` as `content`; nil when it was not looked at yet.
  func verdict(_ path: UnsafeRawBufferPointer, _ content: Int32) -> FileVerdict? {
    verdicts[FileKey(path: Self.hash(path), content: content)]
  }

  mutating func set(_ verdict: FileVerdict, _ path: UnsafeRawBufferPointer, _ content: Int32) {
    verdicts[FileKey(path: Self.hash(path), content: content)] = verdict
    if verdict == .verified { all[Int(content)].isVerified = true }
  }

  /// What the ledger knows of the file at `path`.
  func known(_ path: UnsafeRawBufferPointer) -> FileRecord? { known[Self.hash(path)] }

  /// A hash that differs between processes: whoever chooses file names cannot choose collisions.
  /// A collision by chance costs a needless read at worst, because row and staleness must fit too.
  private static func hash(_ path: UnsafeRawBufferPointer) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: path)
    return hasher.finalize()
  }

  private struct Key: Hashable {
    let torrent: Int32
    let content: ContentID

    func hash(into hasher: inout Hasher) { hasher.combine(content.sha256) }
  }

  /// A path with the content that an index claims for it: two claims are two keys.
  private struct FileKey: Hashable {
    let path: Int
    let content: Int32
  }
}

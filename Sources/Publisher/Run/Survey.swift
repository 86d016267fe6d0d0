// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc
internal import Ledger
internal import PackagesParser

/// The first pass of a run: every index read and checked, every content looked up, every file
/// examined; no file of the pool opened.
struct Survey {
  /// A file that has to be read.
  struct Pending {
    let path: ArchivePath
    let content: Int32
  }

  /// What one index turned out to hold.
  struct Index {
    let source: IndexSource
    /// Of the uncompressed index, as read.
    var plain: ContentID
    var stanzas = 0
    /// Torrents of which it lists contents.
    var torrents: Set<Int32> = []
  }

  var contents: Contents
  private(set) var indices: [Index] = []
  private(set) var pending: [Pending] = []
  /// Every file name seen of contents that have no numbers yet.
  private(set) var names: [Int32: [ArchivePath]] = [:]
  /// Contents that a piece index has not told of, by its path.
  private(set) var untold: [String: Set<Int32>] = [:]
  private var anyUntold: Set<Int32> = []
  private(set) var missing: [ArchivePath] = []
  private(set) var corrupt: [ArchivePath] = []
  /// Files of contents with other pieces than the publisher upstream says.
  private(set) var refuted: [ArchivePath] = []
  /// Files whose number of bytes the indices vouch for, and their sum, empty files included.
  private(set) var fileCount = 0
  private(set) var totalBytes: UInt64 = 0

  private let root: ArchiveRoot
  private let archive: RowID
  private let ledger: Ledger
  private let base: PieceSize
  private let pieceIndices: [String: PieceIndexRecord]
  private static let empty = (try? SHA256Digest.hashing([])) ?? .zero
  private var pathBuffer: [CChar] = []
  private var lastPath: (location: IndexLocation?, paths: [Int32: String]) = (nil, [:])

  init(
    contents: Contents, root: ArchiveRoot, archive: RowID, ledger: Ledger, base: PieceSize,
    pieceIndices: [String: PieceIndexRecord]
  ) {
    self.contents = contents
    self.root = root
    self.archive = archive
    self.ledger = ledger
    self.base = base
    self.pieceIndices = pieceIndices
  }

  /// Whether some piece index has not told of a content.
  func isUntold(_ position: Int32) -> Bool { anyUntold.contains(position) }

  /// Reads one index. What was learnt may be believed only when this returns.
  mutating func read(_ source: IndexSource) throws {
    let file = try source.open(in: root)
    var index = Index(source: source, plain: source.plain ?? source.file)
    switch source.location.kind {
    case .sources: try readSources(file, &index)
    case .packages, .installer: try readPackages(file, &index)
    }
    index.plain = try file.plainContent()
    indices.append(index)
  }

  /// A pending file was read and holds what its index says.
  mutating func verified(_ file: Pending, row: RowID, root: SHA256Digest) {
    contents.all[Int(file.content)].row = row
    contents.all[Int(file.content)].root = root
    set(.verified, file)
  }

  /// For a dry run: a pending file is taken to hold what its index says.
  mutating func assumeVerified(_ file: Pending) { set(.verified, file) }

  /// The numbers are in the ledger: the tables say so too.
  mutating func apply(_ plan: NumberPlan) {
    for position in plan.retired { contents.all[Int(position)].isRetired = true }
    for position in plan.revived { contents.all[Int(position)].isRetired = false }
    for (position, numbers) in plan.given {
      contents.all[Int(position)].numbers = numbers
      contents.all[Int(position)].isRetired = false
    }
    for slot in contents.torrents.indices {
      contents.update(slot) { torrent in
        torrent.numbering = plan.numberings[slot]
        torrent.record?.numbering = plan.numberings[slot]
      }
    }
  }

  /// A pending file is not what its index says.
  mutating func failed(_ file: Pending, _ verdict: FileVerdict) {
    set(verdict, file)
    if verdict == .missing { missing.append(file.path) } else { corrupt.append(file.path) }
  }

  /// These contents go without numbers.
  mutating func leaveOut(_ rows: Set<RowID>) {
    guard !rows.isEmpty else { return }
    for position in contents.all.indices {
      guard let row = contents.all[position].row, rows.contains(row) else { continue }
      contents.all[position].numbers = nil
      if contents.all[position].isSeen { refuted += names[Int32(position)] ?? [] }
    }
  }

  /// Files of verified contents that have no numbers, one for each, in order.
  var unnumbered: [ArchivePath] {
    let known = Set(refuted)
    return contents.all.indices.compactMap { position in
      let content = contents.all[position]
      guard content.isSeen, content.isVerified, content.id.size != .zero,
        content.numbers == nil || content.isRetired
      else { return nil }
      return names[Int32(position)]?.min()
    }.filter { !known.contains($0) }.sorted()
  }

  private mutating func set(_ verdict: FileVerdict, _ file: Pending) {
    var path = file.path.string
    path.withUTF8 { contents.set(verdict, UnsafeRawBufferPointer($0), file.content) }
  }

  private mutating func readPackages(_ file: VerifiedFile, _ index: inout Index) throws {
    var packages = PackagesIndex(file)
    while let entry = try packages.next() {
      index.stanzas += 1
      let torrent = contents.torrent(for: entry.architecture, base: base)
      index.torrents.insert(torrent)
      try take(entry.content, entry.filename, torrent, index.source.location)
    }
  }

  private mutating func readSources(_ file: VerifiedFile, _ index: inout Index) throws {
    var sources = SourcesIndex(file)
    let architecture = Array("source".utf8)
    let torrent = architecture.withUnsafeBytes { contents.torrent(for: $0, base: base) }
    index.torrents.insert(torrent)
    while let entry = try sources.next() {
      index.stanzas += 1
      for file in entry.files {
        try file.path.withUnsafeBytes {
          try take(file.content, $0, torrent, index.source.location)
        }
      }
    }
  }

  /// One file that an index names.
  private mutating func take(
    _ id: ContentID, _ path: UnsafeRawBufferPointer, _ torrent: Int32, _ location: IndexLocation
  ) throws {
    let position = contents.position(of: id, torrent: torrent)
    contents.all[Int(position)].isSeen = true
    if id.size != .zero { noteUntold(position, torrent, location) }
    guard contents.verdict(path, position) == nil else { return }
    fileCount += 1
    totalBytes += id.size.rawValue
    let verdict = try examine(path, position)
    contents.set(verdict, path, position)
    let content = contents.all[Int(position)]
    guard verdict != .verified || content.numbers == nil || content.isRetired else { return }
    let safe = try ArchivePath(bytes: path)
    names[position, default: []].append(safe)
    if verdict == .pending { pending.append(Pending(path: safe, content: position)) }
    if verdict == .missing { missing.append(safe) }
    if verdict == .corrupt { corrupt.append(safe) }
  }

  /// Compares a file with what the ledger knows of it; opens nothing.
  private mutating func examine(
    _ path: UnsafeRawBufferPointer, _ position: Int32
  ) throws -> FileVerdict {
    guard let status = status(path) else { return .missing }
    let content = contents.all[Int(position)]
    let staleness = StalenessKey(status)
    if content.id.size == .zero {
      return staleness.size == .zero && content.id.sha256 == Self.empty ? .verified : .corrupt
    }
    if let row = content.row, let known = contents.known(path), known.content == row {
      return known.staleness == staleness ? .verified : .pending
    }
    // New to this suite, but perhaps read for another, or for an older generation.
    let size = PieceSize.forFile(
      of: content.id.size, base: contents.torrents[Int(content.torrent)].base)
    guard content.numbers == nil,
      let stored = try ledger.digests(of: content.id, pieceSize: size)
    else { return .pending }
    contents.all[Int(position)].row = stored.row
    contents.all[Int(position)].root = stored.digests.root
    let known = try ledger.file(String(field: path), archive: archive)
    return known == FileRecord(content: stored.row, staleness: staleness) ? .verified : .pending
  }

  private mutating func status(_ path: UnsafeRawBufferPointer) -> stat? {
    pathBuffer.removeAll(keepingCapacity: true)
    pathBuffer.append(contentsOf: path.lazy.map { CChar(bitPattern: $0) })
    pathBuffer.append(0)
    return pathBuffer.withUnsafeBufferPointer { $0.baseAddress.flatMap { root.status($0) } }
  }

  private mutating func noteUntold(_ position: Int32, _ torrent: Int32, _ location: IndexLocation) {
    let content = contents.all[Int(position)]
    let run = contents.torrents[Int(torrent)]
    let path = pieceIndexPath(torrent, run.architecture, location)
    // A retired content that is back was told of under numbers that it may not get again.
    if !content.isRetired, let row = content.row, let record = run.record,
      pieceIndices[path]?.told.contains(.init(torrent: record.row, content: row)) == true
    {
      return
    }
    untold[path, default: []].insert(position)
    anyUntold.insert(position)
  }

  /// One string an index and torrent, not one a stanza.
  private mutating func pieceIndexPath(
    _ torrent: Int32, _ architecture: String, _ location: IndexLocation
  ) -> String {
    if lastPath.location != location { lastPath = (location, [:]) }
    if let path = lastPath.paths[torrent] { return path }
    let path = location.pieceIndexPath(for: architecture)
    lastPath.paths[torrent] = path
    return path
  }
}

// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// The writing step: every index read once more and written with our fields, and on the way the
/// entries gathered that the piece indices lack.
struct ExtendedIndices {
  let survey: Survey
  let root: ArchiveRoot
  let ledger: Ledger
  let settings: SuiteSettings
  let pipeline: @Sendable (IndexSource) -> BlockPipeline

  /// What a piece index lacks, by its path.
  private(set) var entries: [String: [Int32: PieceIndexMember.Entry]] = [:]
  /// What objects can be made of, where there is a policy for them.
  private(set) var candidates = ObjectCandidates()

  init(
    survey: Survey, root: ArchiveRoot, ledger: Ledger, settings: SuiteSettings,
    pipeline: @escaping @Sendable (IndexSource) -> BlockPipeline
  ) {
    self.survey = survey
    self.root = root
    self.ledger = ledger
    self.settings = settings
    self.pipeline = pipeline
  }

  /// Writes one index to `path` with the suffixes of its compressions.
  ///
  /// - Throws: `ArchiveError` (EX_TEMPFAIL) when the index is not what it was in the first pass.
  mutating func write(
    _ index: Survey.Index, to path: String, algorithms: [DigestAlgorithm]
  ) async throws -> BlockPipeline.Result {
    let file = try index.source.open(in: root)
    let pipeline = pipeline(index.source)
    let result: BlockPipeline.Result
    switch index.source.location.kind {
    case .packages, .installer:
      var packages = PackagesIndex(file, withTraits: hasPolicy)
      result = try await pipeline.run(path: path, algorithms: algorithms) {
        try ledger.withPieces { try nextBlock(&packages, index.source.location, $0) }
      }
    case .sources:
      var sources = SourcesIndex(file, withTraits: hasPolicy)
      result = try await pipeline.run(path: path, algorithms: algorithms) {
        try ledger.withPieces { try nextBlock(&sources, index.source.location, $0) }
      }
    }
    guard try file.plainContent() == index.plain else {
      throw ArchiveError(
        .temporary, "the index changed during the run", at: ArchiveError.Place(file: file.name),
        advice: "an archive update is under way: run again after it")
    }
    return result
  }

  private mutating func nextBlock(
    _ packages: inout PackagesIndex, _ location: IndexLocation, _ pieces: PieceReader
  ) throws -> [UInt8]? {
    var block: [UInt8] = []
    block.reserveCapacity(BlockCutter.minimum * 2)
    while let entry = try packages.next() {
      let start = block.count
      ExtendedStanza.copy(packages.reader.stanza, without: packages.ownLines, to: &block)
      let torrent = survey.contents.torrents.firstIndex { torrent in
        torrent.architecture.utf8.elementsEqual(entry.architecture)
      }
      if let torrent, let position = position(entry.content, torrent, entry.filename),
        let fields = try fields(position, pieces)
      {
        ExtendedStanza.append(
          fields, size: entry.content.size, settings: settings, start: start, to: &block)
        try gather(position, entry.filename, fields, location)
        if hasPolicy {
          try candidates.add(
            position,
            PackageFile(
              package: entry.package, architecture: String(field: entry.architecture),
              path: entry.filename, content: entry.content, location: location,
              traits: packages.traits))
        }
      }
      block.append(0x0A)
      if BlockCutter.endsBlock(size: block.count, name: entry.package) { return block }
    }
    return block.isEmpty ? nil : block
  }

  private mutating func nextBlock(
    _ sources: inout SourcesIndex, _ location: IndexLocation, _ pieces: PieceReader
  ) throws -> [UInt8]? {
    let torrent = survey.contents.torrents.firstIndex { $0.architecture == "source" }
    var block: [UInt8] = []
    while let entry = try sources.next() {
      let start = block.count
      ExtendedStanza.copy(sources.reader.stanza, without: sources.ownLines, to: &block)
      var files: [(name: [UInt8], size: ByteCount, fields: FileFields)] = []
      for file in entry.files {
        try file.path.withUnsafeBytes { path in
          guard let torrent, let position = position(file.content, torrent, path),
            let fields = try fields(position, pieces)
          else { return }
          files.append((file.name, file.content.size, fields))
          try gather(position, path, fields, location)
          if hasPolicy {
            try candidates.add(
              position,
              PackageFile(
                package: entry.package, architecture: "source", path: path, content: file.content,
                location: location, traits: sources.traits))
          }
        }
      }
      ExtendedStanza.append(files, settings: settings, start: start, to: &block)
      block.append(0x0A)
      if BlockCutter.endsBlock(size: block.count, name: entry.package) { return block }
    }
    return block.isEmpty ? nil : block
  }

  private var hasPolicy: Bool { settings.objects.policy != nil }

  /// The position of a content whose file at `path` was verified.
  private func position(
    _ content: ContentID, _ torrent: Int, _ path: UnsafeRawBufferPointer
  ) -> Int32? {
    guard let position = survey.contents.find(content, torrent: Int32(torrent)),
      survey.contents.verdict(path, position) == .verified
    else { return nil }
    return position
  }

  /// The fields of a content; nil when it has no numbers, as an empty file.
  private func fields(_ position: Int32, _ pieces: PieceReader) throws -> FileFields? {
    let content = survey.contents.all[Int(position)]
    guard let numbers = content.numbers, !content.isRetired, let root = content.root,
      let row = content.row
    else { return nil }
    guard numbers.count > 1 else { return FileFields(numbers: numbers, root: root, pieces: nil) }
    let base = survey.contents.torrents[Int(content.torrent)].base
    let size = PieceSize.forFile(of: content.id.size, base: base)
    return FileFields(
      numbers: numbers, root: root, pieces: try pieces.pieces(of: row, pieceSize: size))
  }

  private mutating func gather(
    _ position: Int32, _ path: UnsafeRawBufferPointer, _ fields: FileFields,
    _ location: IndexLocation
  ) throws {
    // Nearly all were told of long ago.
    guard survey.isUntold(position) else { return }
    let content = survey.contents.all[Int(position)]
    let architecture = survey.contents.torrents[Int(content.torrent)].architecture
    let pieces = location.pieceIndexPath(for: architecture)
    guard survey.untold[pieces]?.contains(position) == true else { return }
    let name = try ArchivePath(bytes: path)
    if let other = entries[pieces]?[position], other.filename < name { return }
    entries[pieces, default: [:]][position] = PieceIndexMember.Entry(
      filename: name, content: content.id, fields: fields)
  }
}

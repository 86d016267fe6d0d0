// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Publisher
internal import StandardObjects
internal import TorrentMetadata

/// The options of a torrent of several files.
struct SetOptions: ParsableArguments {
  @Option(
    name: .long, help: ArgumentHelp("One torrent of all files, called so.", valueName: "name"))
  var set: String?

  @Flag(
    name: .long,
    help: "Align files to pieces by padding (BEP 47), so that the next set's pieces are the same.")
  var padded = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The torrent of the set before. (default: the one that is replaced)", valueName: "file"),
    completion: .file(extensions: ["torrent"]))
  var previous: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "What the set and its successors have in common. (default: origin, suite and name)",
      valueName: "name"))
  var collection: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The piece size of a v1 set, as 1M. (default: Piece-Size)", valueName: "size"))
  var pieceSize: String?

  @Option(name: .long, help: ArgumentHelp("The most files of a set.", valueName: "number"))
  var maxFiles = 64

  @Option(name: .long, help: ArgumentHelp("The most bytes of a set, as 4G.", valueName: "bytes"))
  var maxSize = "4G"

  func validate() throws {
    if let set {
      guard (try? ArchivePath(set)) != nil, !set.contains("/") else {
        throw ValidationError("--set takes a name without a slash")
      }
    } else if padded || previous != nil || collection != nil || pieceSize != nil {
      throw ValidationError("--padded, --previous, --collection and --piece-size go with --set")
    }
    guard (1...100_000).contains(maxFiles) else {
      throw ValidationError("--max-files takes 1 to 100000")
    }
    guard ByteCount(scaled: maxSize) != nil else {
      throw ValidationError("--max-size takes bytes, as 4G")
    }
  }

  /// How much a set may hold.
  var limits: FileSet.Limits {
    var limits = FileSet.Limits()
    limits.files = maxFiles
    if let bytes = ByteCount(scaled: maxSize) { limits.bytes = bytes.rawValue }
    return limits
  }

  /// The torrent of the set before: the one named, or the one at `path`, if that is a sound one.
  ///
  /// - Throws: `ArchiveError` when the one named cannot be read.
  func predecessor(at path: String) throws(ArchiveError) -> Metainfo? {
    let limit = MetadataLimits().torrentBytes
    if let previous {
      return try Metainfo(try WholeFile.read(previous, limit: limit), name: previous)
    }
    guard exists(path), let bytes = try? WholeFile.read(path, limit: limit) else { return nil }
    return try? Metainfo(bytes, name: path)
  }

  /// The wanted piece size: that of the set before where none is said, or nothing would be the same.
  ///
  /// - Throws: `ArchiveError` for what is no piece size.
  func pieceSize(
    _ settings: SuiteSettings, _ predecessor: Metainfo?
  ) throws(ArchiveError) -> PieceSize {
    if let pieceSize {
      guard let size = ByteCount(scaled: pieceSize).flatMap({ PieceSize(rawValue: $0.rawValue) })
      else { throw ArchiveError(.usage, "--piece-size: expected a power of two from 16K on") }
      return size
    }
    let old = predecessor.flatMap { PieceSize(rawValue: $0.info.pieceLength.rawValue) }
    return old ?? settings.base
  }
}

// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A torrent to be written, as values; the same values give the same bytes.
public struct TorrentDraft: Hashable, Sendable {
  /// One file, and what is known of it.
  public struct File: Hashable, Sendable {
    /// Below the set's directory.
    public let path: ArchivePath
    public let size: ByteCount
    /// Root of its hash tree, for v2 and hybrid; none for an empty file.
    public let root: SHA256Digest?
    /// Its layer at the torrent's piece size, for v2 and hybrid; empty for a single piece.
    public let layer: [UInt8]

    public init(path: ArchivePath, size: ByteCount, root: SHA256Digest? = nil, layer: [UInt8] = [])
    {
      self.path = path
      self.size = size
      self.root = root
      self.layer = layer
    }
  }

  public let form: TorrentForm
  /// Of the file, or of the directory that holds the files.
  public let name: ArchivePath
  /// Whether the name is that of a directory.
  public let isSet: Bool
  /// In the order of a file tree.
  public let files: [File]
  public let pieceSize: PieceSize
  /// How the files lie in the pieces of v1 and hybrid.
  public let layout: TorrentLayout
  /// SHA-1 of each piece of the layout, 20 bytes each; unused for v2.
  public var pieces: [UInt8] = []

  /// Tiers of trackers (BEP 12).
  public var trackers: [[AbsoluteURL]] = []
  /// Addresses of the file, or of the directory above the set's name (BEP 19).
  public var webSeeds: [AbsoluteURL] = []
  public var creationDate: ArchiveDate?
  public var createdBy: String?
  public var comment: String?
  /// Torrents that have files in common with this one (BEP 38), written outside the info
  /// dictionary so that they do not change what it is.
  public var similar: [InfoHash] = []
  /// Names of collections whose torrents have files in common (BEP 38), outside as well.
  public var collections: [String] = []

  /// A torrent of one file, called `name`.
  ///
  /// - Throws: `ArchiveError` for an empty file, and for a name that is a path.
  public init(
    _ form: TorrentForm, name: String, size: ByteCount, pieceSize: PieceSize,
    root: SHA256Digest? = nil, layer: [UInt8] = [], pieces: [UInt8] = []
  ) throws(ArchiveError) {
    guard size > .zero else {
      throw ArchiveError(.data, "the file \(name) is empty: there is nothing to share")
    }
    let path = try Self.component(name)
    self.init(
      form, name: path, isSet: false,
      files: [File(path: path, size: size, root: root, layer: layer)], pieceSize: pieceSize,
      isPadded: false)
    self.pieces = pieces
  }

  /// A torrent of `files` in a directory called `name`, aligned to pieces where `isPadded` (BEP
  /// 47); a hybrid always is.
  ///
  /// `layout` then says which pieces are to be set.
  ///
  /// - Throws: `ArchiveError` when no file has any bytes, two have one path, or the name is a path.
  public init(
    _ form: TorrentForm, set name: String, files: [File], pieceSize: PieceSize,
    isPadded: Bool = false
  ) throws(ArchiveError) {
    guard files.contains(where: { $0.size > .zero }) else {
      throw ArchiveError(.data, "the files of \(name) are all empty: there is nothing to share")
    }
    if let path = PathOrder.conflict(in: files.map(\.path)) {
      throw ArchiveError(.data, "the path \(path) stands for two files, or a file and a directory")
    }
    let path = try Self.component(name)
    guard files.count > 1 || files.first?.path != path else {
      // A file tree could not tell the one from the other.
      throw ArchiveError(.data, "a set of one file cannot have the name of the file, \(name)")
    }
    self.init(
      form, name: path, isSet: true,
      files: files.sorted { PathOrder.precedes($0.path, $1.path) }, pieceSize: pieceSize,
      isPadded: isPadded || form == .hybrid)
  }

  private init(
    _ form: TorrentForm, name: ArchivePath, isSet: Bool, files: [File], pieceSize: PieceSize,
    isPadded: Bool
  ) {
    self.form = form
    self.name = name
    self.isSet = isSet
    self.files = files
    self.pieceSize = pieceSize
    layout = TorrentLayout(sizes: files.map(\.size), pieceSize: pieceSize, isPadded: isPadded)
  }

  private static func component(_ name: String) throws(ArchiveError) -> ArchivePath {
    guard !name.utf8.contains(0x2F) else {
      throw ArchiveError(.data, "the name \(name) is a path, expected one component")
    }
    do throws(ArchivePath.Defect) {
      return try ArchivePath(name)
    } catch {
      throw ArchiveError(.data, "the name of a torrent: \(error)")
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A metalink: files, what they hash to, and where to get them (RFC 5854).
public struct Metalink: Hashable, Sendable {
  public var files: [MetalinkFile]
  /// The program that made it.
  public var generator: String?
  /// Where the newest metalink of the same files is.
  public var origin: AbsoluteURL?
  public var published: ArchiveDate?

  public init(
    files: [MetalinkFile], generator: String? = nil, origin: AbsoluteURL? = nil,
    published: ArchiveDate? = nil
  ) {
    self.files = files
    self.generator = generator
    self.origin = origin
    self.published = published
  }
}

/// One file of a metalink.
public struct MetalinkFile: Hashable, Sendable {
  /// Where a client saves it, below a directory of its own choice.
  public var path: ArchivePath
  public var size: ByteCount?
  public var sha256: SHA256Digest?
  public var pieces: [MetalinkPieces] = []
  public var addresses: [MetalinkAddress] = []
  /// Torrents, and other descriptions of the file.
  public var descriptions: [MetalinkDescription] = []
  /// A name for people.
  public var identity: String?
  public var version: String?
  public var publisher: String?

  /// A file without any addresses yet.
  public init(path: ArchivePath, size: ByteCount? = nil, sha256: SHA256Digest? = nil) {
    self.path = path
    self.size = size
    self.sha256 = sha256
  }
}

/// The digests of a file's pieces.
public struct MetalinkPieces: Hashable, Sendable {
  /// The kinds known here, by the names of RFC 5854 section 4.2.4.
  public enum Algorithm: String, Hashable, Sendable {
    case sha1 = "sha-1"
    case sha256 = "sha-256"

    /// Bytes of one digest.
    public var byteCount: Int { self == .sha1 ? 20 : 32 }
  }

  public let algorithm: Algorithm
  /// Bytes of each piece but the last.
  public let length: ByteCount
  /// All digests, one after the other.
  public let digests: [UInt8]

  public init(_ algorithm: Algorithm, length: ByteCount, digests: [UInt8]) {
    self.algorithm = algorithm
    self.length = length
    self.digests = digests
  }
}

/// An address of the file itself.
public struct MetalinkAddress: Hashable, Sendable {
  public let url: AbsoluteURL
  /// From 1, the best, to 999999.
  public let priority: UInt32?
  /// Where it stands, as ISO 3166-1 in two small letters.
  public let location: String?

  /// Takes an address; nil for a priority or location that a metalink cannot say.
  public init?(_ url: AbsoluteURL, priority: UInt32? = nil, location: String? = nil) {
    guard MirrorRank.canBe(priority: priority, location: location) else { return nil }
    self.url = url
    self.priority = priority
    self.location = location?.lowercased()
  }
}

/// An address of something that describes the file (`metaurl`).
public struct MetalinkDescription: Hashable, Sendable {
  public let url: AbsoluteURL
  /// `torrent`, or a media type.
  public let mediaType: String
  public let priority: UInt32?
  /// Which file of the description this is, where it has several.
  public let name: ArchivePath?

  /// Takes an address; nil for a priority that a metalink cannot say.
  public init?(
    _ url: AbsoluteURL, mediaType: String = "torrent", priority: UInt32? = nil,
    name: ArchivePath? = nil
  ) {
    guard MirrorRank.canBe(priority: priority) else { return nil }
    self.url = url
    self.mediaType = mediaType
    self.priority = priority
    self.name = name
  }
}

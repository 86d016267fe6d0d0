// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
public import ArchiveModel

/// An info dictionary: what a torrent's identity is made of (BEP 3, BEP 52).
public struct TorrentInfo: Hashable, Sendable {
  public let form: TorrentForm
  /// Of the file, or of the directory that holds the files.
  public let name: String
  public let pieceLength: ByteCount
  /// Whether there is one file and no directory.
  public let isSingleFile: Bool
  /// In the torrent's own order, padding included.
  public let files: [TorrentFile]
  /// SHA-1 of each piece, 20 bytes each; empty for v2.
  public let pieces: [UInt8]
  /// Whether peers come from its trackers alone (BEP 27).
  public let isPrivate: Bool
  /// SHA-1 of the dictionary as found; none for v2.
  public let v1Hash: InfoHash?
  /// SHA-256 of the dictionary as found; none for v1.
  public let v2Hash: SHA256Digest?
  /// The dictionary as found.
  public let bytes: [UInt8]
  /// Keys that mean nothing here.
  public let otherKeys: [String]

  /// Reads a dictionary that came alone, as peers send it (BEP 9).
  ///
  /// - Throws: `ArchiveError` with the byte offset, for anything that is malformed, unsafe or
  ///   contradicts itself.
  public init(
    _ bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    try self.init(BencodeDocument(bytes, name: name, limits: limits).root, limits: limits)
  }

  /// Reads the dictionary `info` of a document.
  init(_ info: BencodeValue, limits: MetadataLimits) throws(ArchiveError) {
    _ = try info.dictionary("'info'")
    let reader = try TorrentInfoReader(info, limits: limits)
    form = reader.form
    name = reader.name.string
    pieceLength = ByteCount(reader.pieceLength)
    isSingleFile = reader.isSingleFile
    files = reader.files
    pieces = try Array(info["pieces"]?.bytes("'pieces'") ?? [])
    isPrivate = info["private"]?.integer == 1
    bytes = Array(info.raw)
    v1Hash = reader.form.hasV1 ? try InfoHash(sha1Of: bytes) : nil
    v2Hash = reader.form.hasV2 ? try SHA256Digest.hashing(bytes) : nil
    let known = TorrentInfoReader.keys
    otherKeys = (info.entries.map(Array.init) ?? [])
      .map { String(decoding: $0.key, as: UTF8.self) }.filter { !known.contains($0) }
  }
}

extension InfoHash {
  /// The SHA-1 of an info dictionary.
  init?(sha1Of info: [UInt8]) throws(ArchiveError) {
    var digest = try StreamDigest(.sha1)
    info.withUnsafeBytes { digest.update($0) }
    self.init(bytes: digest.finish())
  }
}

extension TorrentInfo {
  /// What peers and trackers know it by: of a hybrid both hashes, the second cut to 20 bytes.
  public var wireHashes: [InfoHash] {
    [v1Hash, v2Hash.map(InfoHash.init(truncating:))].compactMap(\.self)
  }

  /// The files that a client keeps.
  public var contentFiles: [TorrentFile] { files.filter { !$0.isPadding } }

  /// Bytes of all files without padding.
  public var contentSize: ByteCount {
    ByteCount(files.reduce(0) { $1.isPadding ? $0 : $0 + $1.size.rawValue })
  }

  /// How many pieces the peers of a BEP 3 torrent speak of; 0 for v2.
  public var pieceCount: Int { pieces.count / 20 }
}

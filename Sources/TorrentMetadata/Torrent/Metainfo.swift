// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A whole torrent: an info dictionary, and where its bytes can be had.
public struct Metainfo: Hashable, Sendable {
  /// The torrent as it came.
  public let bytes: [UInt8]
  public let info: TorrentInfo
  /// The one tracker of BEP 3.
  public let announce: String?
  /// Tiers of trackers (BEP 12); empty where there is but `announce`.
  public let announceList: [[String]]
  /// Addresses of the file, or of the directory above the torrent's name (BEP 19).
  public let webSeeds: [String]
  public let creationDate: ArchiveDate?
  public let createdBy: String?
  public let comment: String?
  /// Torrents that have files in common with this one (BEP 38).
  public let similar: [InfoHash]
  /// Names of collections whose torrents have files in common (BEP 38).
  public let collections: [String]
  /// By root the layer of each file with more than one piece (BEP 52), checked against the root.
  public let pieceLayers: [SHA256Digest: [UInt8]]
  /// Keys outside the info dictionary that mean nothing here.
  public let otherKeys: [String]

  /// Reads a torrent, which `name` stands for in messages.
  ///
  /// - Throws: `ArchiveError` with the byte offset, for anything that is malformed, unsafe or
  ///   contradicts itself.
  public init(
    _ bytes: [UInt8], name: String, limits: MetadataLimits = MetadataLimits()
  ) throws(ArchiveError) {
    let root = try BencodeDocument(bytes, name: name, limits: limits).root
    _ = try root.dictionary("a torrent")
    let dictionary = try root.require("info")
    self.bytes = bytes
    info = try TorrentInfo(dictionary, limits: limits)
    announce = try root.optionalText("announce")
    announceList = try Self.tiers(root)
    webSeeds = try Self.webSeeds(root)
    creationDate = try root["creation date"].map { value throws(ArchiveError) in
      // The largest that every program can print: the end of the year 9999.
      let seconds = try value.number("'creation date'", upTo: 253_402_300_799)
      return ArchiveDate(seconds: Int64(seconds))
    }
    createdBy = try root.optionalText("created by")
    comment = try root.optionalText("comment")
    // BEP 38 allows both places.
    similar = try Self.similar(root) + Self.similar(dictionary)
    collections = try root.texts("collections") + dictionary.texts("collections")
    pieceLayers = try PieceLayersReader(info).read(root)
    otherKeys = (root.entries.map(Array.init) ?? [])
      .map { String(decoding: $0.key, as: UTF8.self) }.filter { !Self.keys.contains($0) }
  }

  private static let keys: Set<String> = [
    "announce", "announce-list", "collections", "comment", "created by", "creation date", "info",
    "piece layers", "similar", "url-list",
  ]

  private static func tiers(_ root: BencodeValue) throws(ArchiveError) -> [[String]] {
    guard let list = root["announce-list"] else { return [] }
    var tiers: [[String]] = []
    for tier in try list.list("'announce-list'") {
      var trackers: [String] = []
      for tracker in try tier.list("a tier of 'announce-list'") {
        trackers.append(try tracker.text("a tracker"))
      }
      tiers.append(trackers)
    }
    return tiers
  }

  /// `url-list` is a list or, for one address, that alone; an empty text stands for none.
  private static func webSeeds(_ root: BencodeValue) throws(ArchiveError) -> [String] {
    guard let value = root["url-list"] else { return [] }
    guard value.kind == .string else { return try root.texts("url-list") }
    let seed = try value.text("'url-list'")
    return seed.isEmpty ? [] : [seed]
  }

  private static func similar(_ dictionary: BencodeValue) throws(ArchiveError) -> [InfoHash] {
    guard let list = dictionary["similar"] else { return [] }
    var hashes: [InfoHash] = []
    for value in try list.list("'similar'") {
      let bytes = try value.bytes("an info hash")
      guard let hash = InfoHash(bytes: bytes) else {
        throw value.failure("an info hash of \(bytes.count) bytes, expected 20")
      }
      hashes.append(hash)
    }
    return hashes
  }
}

extension BencodeValue {
  fileprivate func optionalText(_ key: String) throws(ArchiveError) -> String? {
    try self[key].map { value throws(ArchiveError) in try value.text("'\(key)'") }
  }

  fileprivate func texts(_ key: String) throws(ArchiveError) -> [String] {
    guard let list = self[key] else { return [] }
    var texts: [String] = []
    for value in try list.list("'\(key)'") { texts.append(try value.text("an entry of '\(key)'")) }
    return texts
  }
}

// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A magnet link: what a torrent is known by, and where to ask for it (BEP 9, 52, 53).
public struct MagnetLink: Hashable, Sendable {
  /// `xt=urn:btih:`, in hexadecimal or base32.
  public var v1Hash: InfoHash?
  /// `xt=urn:btmh:1220`, a SHA-256 as multihash (BEP 52).
  public var v2Hash: SHA256Digest?
  /// `dn`; one component, because clients save under this name.
  public var name: ArchivePath?
  /// `xl`, the size of all files.
  public var size: ByteCount?
  /// `tr`.
  public var trackers: [AbsoluteURL] = []
  /// `ws`, web seeds.
  public var webSeeds: [AbsoluteURL] = []
  /// `as`, addresses of the file itself.
  public var sources: [AbsoluteURL] = []
  /// `x.pe`, peers as `host:port`.
  public var peers: [PeerAddress] = []
  /// `so`, the positions of the files that are wanted (BEP 53); empty for all.
  public var selected: [ClosedRange<UInt32>] = []
  /// Parameters that mean nothing here; not written.
  public var otherKeys: [String] = []

  /// An empty link, to be filled.
  public init() {}

  /// The link of a torrent.
  public init(_ torrent: Metainfo) {
    v1Hash = torrent.info.v1Hash
    v2Hash = torrent.info.v2Hash
    name = try? ArchivePath(torrent.info.name)
    size = torrent.info.contentSize
    let tiers = torrent.announceList.joined()
    trackers = (tiers.isEmpty ? [torrent.announce].compactMap(\.self) : Array(tiers))
      .compactMap { AbsoluteURL($0) }
    webSeeds = torrent.webSeeds.compactMap { AbsoluteURL($0) }
  }
}

extension MagnetLink: CustomStringConvertible {
  /// The link, always in the same order; all but unreserved characters of values are encoded.
  public var description: String {
    var parameters: [String] = []
    // The colons stand as they are: some clients compare the whole prefix.
    if let v1Hash { parameters.append("xt=urn:btih:\(v1Hash)") }
    if let v2Hash { parameters.append("xt=urn:btmh:1220\(v2Hash)") }
    func append(_ key: String, _ value: String) {
      parameters.append("\(key)=\(PercentEncoding.encode(value.utf8))")
    }
    if let name { append("dn", name.string) }
    if let size { append("xl", size.description) }
    for tracker in trackers { append("tr", tracker.string) }
    for seed in webSeeds { append("ws", seed.string) }
    for source in sources { append("as", source.string) }
    for peer in peers { append("x.pe", peer.description) }
    if !selected.isEmpty {
      let ranges = selected.map {
        $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
      }
      parameters.append("so=" + ranges.joined(separator: ","))
    }
    return "magnet:?" + parameters.joined(separator: "&")
  }
}

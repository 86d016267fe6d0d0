// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What a connection begins with, on both sides (BEP 3):
///
///     19 | "BitTorrent protocol" | features 8 | info_hash 20 | peer_id 20
public struct Handshake: Hashable, Sendable {
  public static let byteCount = 68

  /// The info hash of a standard torrent, or the id of a numbered one.
  public let infoHash: InfoHash
  public let peerID: PeerID
  public let features: Features

  /// What a client can do, as bits of the reserved bytes, the first one highest.
  public struct Features: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// BEP 10.
    public static let extensions = Features(rawValue: 0x10 << 16)
    /// BEP 6.
    public static let fast = Features(rawValue: 0x04)
    /// BEP 5.
    public static let dht = Features(rawValue: 0x01)
    /// BEP 52: the v2 swarm of a hybrid torrent is spoken too.
    public static let v2 = Features(rawValue: 0x10)
  }

  public init(infoHash: InfoHash, peerID: PeerID, features: Features) {
    self.infoHash = infoHash
    self.peerID = peerID
    self.features = features
  }

  static let name: [UInt8] = [19] + Array("BitTorrent protocol".utf8)

  /// Reads the first 68 bytes of `bytes`; nil where there are not as many yet.
  ///
  /// - Throws: `WireError.protocolName` as soon as a byte is wrong.
  public init?(_ bytes: UnsafeRawBufferPointer) throws(WireError) {
    for (byte, expected) in zip(bytes, Self.name) where byte != expected { throw .protocolName }
    guard bytes.count >= Self.byteCount, let infoHash = InfoHash(bytes: bytes[28..<48]),
      let peerID = PeerID(bytes[48..<68])
    else { return nil }
    let reserved = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 20, as: UInt64.self))
    self.init(infoHash: infoHash, peerID: peerID, features: Features(rawValue: reserved))
  }

  /// Appends the 68 bytes.
  public func append(to output: inout [UInt8]) {
    output += Self.name
    output.append(bigEndian: features.rawValue)
    output += infoHash.bytes
    output += peerID.bytes
  }
}

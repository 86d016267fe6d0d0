// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
internal import TorrentMetadata

/// Peers that the sender is connected to, or no longer is (BEP 11).
public struct PeerExchange: Hashable, Sendable {
  /// `added` and `added6`.
  public var added: [Endpoint]
  /// `dropped` and `dropped6`.
  public var dropped: [Endpoint]

  public init(added: [Endpoint], dropped: [Endpoint] = []) {
    self.added = added
    self.dropped = dropped
  }

  /// Reads the dictionary; beyond `limits.exchangedPeers` peers are left out.
  ///
  /// - Throws: `WireError.malformedExtension`.
  public init(_ bytes: UnsafeRawBufferPointer, limits: WireLimits) throws(WireError) {
    guard bytes.count <= limits.peerExchangeBytes,
      let root = BencodeDocument.peer(Array(bytes))?.root, root.kind == .dictionary
    else { throw .malformedExtension("ut_pex") }
    func peers(_ four: String, _ six: String) -> [Endpoint] {
      let all =
        Self.endpoints(root[four]?.string ?? [], addressBytes: 4)
        + Self.endpoints(root[six]?.string ?? [], addressBytes: 16)
      return Array(all.prefix(limits.exchangedPeers))
    }
    added = peers("added", "added6")
    dropped = peers("dropped", "dropped6")
  }

  /// Compact peers (BEP 23, BEP 7): an address and a port each; a rest that is none is left out.
  private static func endpoints(_ bytes: ArraySlice<UInt8>, addressBytes: Int) -> [Endpoint] {
    bytes.withUnsafeBytes { bytes in
      let length = addressBytes + 2
      return stride(from: 0, to: bytes.count - bytes.count % length, by: length).map { start in
        let address =
          addressBytes == 4
          ? IPAddress(v4: bytes.bigEndian(at: start, as: UInt32.self))
          : IPAddress(
            high: bytes.bigEndian(at: start, as: UInt64.self),
            low: bytes.bigEndian(at: start + 8, as: UInt64.self))
        return Endpoint(
          address, port: bytes.bigEndian(at: start + addressBytes, as: UInt16.self))
      }
    }
  }

  /// The dictionary, with the flags that BEP 11 wants beside added peers, all of them 0.
  public var encoded: [UInt8] {
    var values: [String: [UInt8]] = [:]
    func put(_ key: String, _ peers: [Endpoint], isV4: Bool, flags: Bool) {
      let peers = peers.filter { $0.address.isV4 == isV4 }
      values[key] = Bencode.string(peers.reduce(into: [UInt8]()) { Self.append($1, to: &$0) })
      if flags { values[key + ".f"] = Bencode.string([UInt8](repeating: 0, count: peers.count)) }
    }
    put("added", added, isV4: true, flags: true)
    put("added6", added, isV4: false, flags: true)
    put("dropped", dropped, isV4: true, flags: false)
    put("dropped6", dropped, isV4: false, flags: false)
    return Bencode.dictionary(values)
  }

  private static func append(_ peer: Endpoint, to output: inout [UInt8]) {
    if peer.address.isV4 {
      output.append(bigEndian: peer.address.v4)
    } else {
      output.append(bigEndian: peer.address.high)
      output.append(bigEndian: peer.address.low)
    }
    output.append(bigEndian: peer.port)
  }
}

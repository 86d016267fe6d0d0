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
        Endpoint.compact(root[four]?.string ?? [], isV6: false)
        + Endpoint.compact(root[six]?.string ?? [], isV6: true)
      return Array(all.prefix(limits.exchangedPeers))
    }
    added = peers("added", "added6")
    dropped = peers("dropped", "dropped6")
  }

  /// The dictionary, with the flags that BEP 11 wants beside added peers, all of them 0.
  public var encoded: [UInt8] {
    var values: [String: [UInt8]] = [:]
    func put(_ key: String, _ peers: [Endpoint], isV4: Bool, flags: Bool) {
      let peers = peers.filter { $0.address.isV4 == isV4 }
      values[key] = Bencode.string(peers.reduce(into: [UInt8]()) { $1.append(compactTo: &$0) })
      if flags { values[key + ".f"] = Bencode.string([UInt8](repeating: 0, count: peers.count)) }
    }
    put("added", added, isV4: true, flags: true)
    put("added6", added, isV4: false, flags: true)
    put("dropped", dropped, isV4: true, flags: false)
    put("dropped6", dropped, isV4: false, flags: false)
    return Bencode.dictionary(values)
  }
}

// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import TorrentMetadata
package import Tracker

/// What a tracker answers to an announce.
package struct TrackerAnswer: Hashable, Sendable {
  /// When to announce again, in seconds.
  package var interval: UInt32
  /// Not before, in seconds.
  package var minimumInterval: UInt32?
  package var seeds: UInt32?
  package var downloaders: UInt32?
  /// Peers of the torrent that was asked for, holders of what is wanted first.
  package var peers: [Endpoint] = []
  /// Peers that offer the wanted contents in other torrents.
  package var holders: [TorrentID: [Endpoint]] = [:]

  /// The most peers that are taken of one answer, and torrents of `holders`.
  package static let maximum = (peers: 500, torrents: 64)

  init(interval: UInt32) { self.interval = interval }
}

/// Why an announce came to nothing.
package enum TrackerFailure: Error, Hashable, Sendable {
  /// The tracker said no; seconds until it may be asked again where it says, nil for never (BEP 31).
  case refused(String, retryIn: UInt32?)
  case malformed(String)
  case unreachable(String)
  /// Of another scheme than http, https and udp, or with an address that cannot be.
  case unusable
}

extension TrackerAnswer {
  /// Reads the bencoded answer over HTTP (BEP 3, 7, 23, 31).
  ///
  /// - Throws: `TrackerFailure`.
  package init(http bytes: [UInt8]) throws(TrackerFailure) {
    let document: BencodeDocument
    do { document = try BencodeDocument(bytes, name: "tracker") } catch {
      throw .malformed(error.reason)
    }
    let root = document.root
    guard root.kind == .dictionary else { throw .malformed("no dictionary") }
    if let reason = root["failure reason"]?.string {
      throw .refused(
        String(decoding: reason.prefix(200), as: UTF8.self), retryIn: Self.retry(root))
    }
    interval = root["interval"]?.seconds ?? 1800
    minimumInterval = root["min interval"]?.seconds
    seeds = root["complete"]?.integer.map { UInt32(clamping: $0) }
    downloaders = root["incomplete"]?.integer.map { UInt32(clamping: $0) }
    if let peers = root["peers"] { add(peers, isV6: false) }
    if let peers = root["peers6"] { add(peers, isV6: true) }
    addHolders(root["holders"], isV6: false)
    addHolders(root["holders6"], isV6: true)
  }

  /// Minutes, or `never` (BEP 31); where it says nothing, its interval or a quarter of an hour.
  private static func retry(_ root: BencodeValue) -> UInt32? {
    guard let retry = root["retry in"] else { return root["interval"]?.seconds ?? 900 }
    guard let minutes = retry.integer, minutes > 0 else { return nil }
    return UInt32(clamping: min(minutes, 1 << 20) * 60)
  }

  private mutating func add(_ value: BencodeValue, isV6: Bool) {
    if let bytes = value.string {
      Self.read(compact: bytes, isV6: isV6, into: &peers)
    } else {
      for entry in value.elements.map({ Array($0.prefix(Self.maximum.peers)) }) ?? [] {
        guard let text = entry["ip"]?.string, let port = entry["port"]?.integer,
          let address = IPAddress(String(decoding: text, as: UTF8.self)), (1...65535).contains(port)
        else { continue }
        Self.append(Endpoint(address, port: UInt16(port)), to: &peers)
      }
    }
  }

  private mutating func addHolders(_ value: BencodeValue?, isV6: Bool) {
    guard let entries = value?.entries else { return }
    for (key, peers) in entries {
      guard let id = TorrentID(bytes: Array(key)), let bytes = peers.string,
        holders[id] != nil || holders.count < Self.maximum.torrents
      else { continue }
      Self.read(compact: bytes, isV6: isV6, into: &holders[id, default: []])
    }
  }

  /// Reads peers of 6 or 18 bytes (BEP 23, BEP 7); what is left over at the end is passed over.
  static func read(compact bytes: ArraySlice<UInt8>, isV6: Bool, into peers: inout [Endpoint]) {
    for peer in Endpoint.compact(bytes, isV6: isV6) { append(peer, to: &peers) }
  }

  private static func append(_ peer: Endpoint, to peers: inout [Endpoint]) {
    guard peer.port != 0, peers.count < maximum.peers, !peer.address.isUnspecified else { return }
    peers.append(peer)
  }
}

extension TrackerAnswer {
  /// What of the answer is believed of a tracker at an address of `scope`: no tracker elsewhere sends
  /// this client to the services of its own machine. Private addresses are taken of any, for a tracker
  /// with a public address may serve the networks behind it.
  package func asTold(from scope: AddressScope?) -> TrackerAnswer {
    guard scope != .host else { return self }
    var answer = self
    answer.peers.removeAll { AddressScope($0.address) == .host }
    answer.holders = holders.mapValues { $0.filter { AddressScope($0.address) != .host } }
    return answer
  }
}

extension BencodeValue {
  /// A number of seconds, no more than a day; nil for anything else.
  fileprivate var seconds: UInt32? {
    guard let integer, integer > 0 else { return nil }
    return UInt32(min(integer, 86400))
  }
}

extension IPAddress {
  fileprivate var isUnspecified: Bool { isV4 ? v4 == 0 : high == 0 && low == 0 }
}

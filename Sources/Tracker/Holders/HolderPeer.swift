// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A peer that has announced pieces of a numbered torrent.
struct HolderPeer: Sendable {
  let high: UInt64
  let low: UInt64
  let port: UInt16
  /// Which of the index's torrents it announced them under.
  let torrent: UInt16
  /// When it was last heard, in ticks, modulo 256.
  var stamp: UInt8
  /// Counts its `have`s, modulo 128: what it held before it no longer counts.
  var version: UInt8
  var isAlive = true

  init(_ endpoint: Endpoint, torrent: UInt16, stamp: UInt8) {
    high = endpoint.address.high
    low = endpoint.address.low
    port = endpoint.port
    self.torrent = torrent
    self.stamp = stamp
    version = 0
  }

  var endpoint: Endpoint { Endpoint(IPAddress(high: high, low: low), port: port) }

  func isSame(as endpoint: Endpoint, torrent: UInt16) -> Bool {
    low == endpoint.address.low && port == endpoint.port && high == endpoint.address.high
      && self.torrent == torrent && isAlive
  }
}

/// That a peer holds a content, in four bytes.
struct HolderReference: Sendable {
  private let bits: UInt32

  /// 24 bits name the peer.
  static let peerLimit = 1 << 24

  @inline(__always)
  init(peer: Int, version: UInt8, isWhole: Bool) {
    bits = UInt32(truncatingIfNeeded: peer) << 8 | UInt32(version & 0x7F) << 1 | (isWhole ? 1 : 0)
  }

  @inline(__always)
  var peer: Int { Int(bits >> 8) }
  /// Which of the peer's `have`s said so.
  @inline(__always)
  var version: UInt8 { UInt8(truncatingIfNeeded: bits >> 1) & 0x7F }
  /// Whether it holds all pieces of the content, and not some.
  @inline(__always)
  var isWhole: Bool { bits & 1 != 0 }
}

extension HolderReference {
  /// Where `peer` stands in a list, nil when it does not: sixteen at a time, because each announce
  /// looks into the lists of all that it holds.
  static func firstIndex(
    of peer: Int, in list: UnsafeMutableBufferPointer<HolderReference>
  ) -> Int? {
    let bytes = UnsafeRawBufferPointer(list)
    let wanted = SIMD16<UInt32>(repeating: UInt32(truncatingIfNeeded: peer))
    var start = 0
    while start + 16 <= list.count {
      let some = bytes.loadUnaligned(fromByteOffset: start * 4, as: SIMD16<UInt32>.self)
      if any((some &>> 8) .== wanted) { break }
      start += 16
    }
    for index in start..<list.count where list[index].peer == peer { return index }
    return nil
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire

/// A whole connection. The first byte says what torrent it is of and whether the
/// handshakes are left to us; the rest is what the peer sends.
///
/// What a session says must not depend on how the bytes arrive.
func fuzzPeerSession(_ bytes: [UInt8]) {
  guard let first = bytes.first else { return }
  let sent = (first & 4 == 0 ? [] : greeting(first)) + bytes.dropFirst()
  let whole = Connection.events(first, sent, chunk: .max)
  // Few bytes at a time take time quadratic in their number.
  for chunk in sent.count <= 512 ? [1, 7, 69] : [69, 1021] {
    demand(Connection.events(first, sent, chunk: chunk) == whole, "it depends on the parts")
  }
}

private let state = NumberedState(generation: 3, next: 1000, floor: 100)

/// A peer's handshake and extended handshake.
private func greeting(_ first: UInt8) -> [UInt8] {
  guard let hash = InfoHash(bytes: [UInt8](repeating: 7, count: 20)),
    let id = PeerID(Array("-XX0000-abcdefghijkl".utf8))
  else { return [] }
  var bytes: [UInt8] = []
  let features: Handshake.Features = first & 8 == 0 ? [.extensions, .fast] : [.extensions]
  Handshake(infoHash: hash, peerID: id, features: features).append(to: &bytes)
  var handshake = ExtendedHandshake()
  handshake.numbered = state
  handshake.encoded.withUnsafeBytes { Message.extended(0, $0).append(to: &bytes) }
  return bytes
}

/// A session with what an owner keeps of it.
private struct Connection {
  private var session: PeerSession
  private let kind: SwarmKind
  private var has = NumberSet()
  private var said: [String] = []

  init(_ first: UInt8) {
    kind =
      switch first & 3 {
      case 0: .standard(pieces: nil)
      case 1: .standard(pieces: 1000)
      default: .numbered(state)
      }
    // Few, so that the bound is met.
    var limits = WireLimits()
    limits.messageBurst = 200
    session = PeerSession(limits: limits, now: .zero)
    if first & 16 != 0 { session.begin(kind) }
  }

  /// What is said of `bytes`, so many of which come at a time.
  static func events(_ first: UInt8, _ bytes: [UInt8], chunk: Int) -> [String] {
    var connection = Connection(first)
    return connection.read(bytes, chunk: chunk)
  }

  private mutating func read(_ bytes: [UInt8], chunk: Int) -> [String] {
    var came: [UInt8] = []
    var rest = bytes[...]
    do {
      while !rest.isEmpty {
        came += rest.prefix(chunk)
        rest = rest.dropFirst(chunk)
        while let length = try next(came) { came.removeFirst(length) }
      }
    } catch {
      said.append("\(error)")
    }
    return said
  }

  private mutating func next(_ bytes: [UInt8]) throws(WireError) -> Int? {
    var consumed = 0
    let isEvent = try exactly(bytes) { bytes throws(WireError) in
      guard let event = try session.next(bytes, consumed: &consumed, now: .zero) else {
        return false
      }
      take(event)
      return true
    }
    demand(consumed >= 0 && consumed <= bytes.count, "\(consumed) bytes were consumed")
    demand(isEvent == (consumed > 0), "an event of nothing, or bytes without an event")
    return isEvent ? consumed : nil
  }

  private mutating func take(_ event: PeerEvent) {
    switch event {
    case .handshake: session.begin(kind)
    case .have(let piece): has.insert(piece)
    case .bitfield(let bits): has.insert(bitfield: bits, from: session.peerNumbered?.floor ?? 0)
    case .haveRanges(let ranges): for range in ranges { has.insert(range) }
    case .dontHave(let piece): has.remove(piece)
    default: break
    }
    said.append("\(name(event)) \(has.count) \(session.isChoked) \(session.isPeerInterested)")
  }

  /// The case; where it has bytes, how many.
  private func name(_ event: PeerEvent) -> String {
    switch event {
    case .bitfield(let bits): "bitfield \(bits.count)"
    case .block(let piece, let offset, let bytes): "block \(piece) \(offset) \(bytes.count)"
    case .hashes(let range, let hashes): "hashes \(range) \(hashes.count)"
    case .metadata(let message): "metadata " + String("\(message)".prefix { $0 != "(" })
    // Dictionaries have no order.
    case .extended(let handshake): "extended \(handshake.numbers.count) \(handshake.encoded.count)"
    default: "\(event)"
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire

/// Feeds a session, and keeps what it says as text.
struct SessionTester {
  var session: PeerSession
  var now = Duration.zero
  private(set) var events: [String] = []
  private var rest: [UInt8] = []

  static let hash = InfoHash(bytes: [UInt8](repeating: 7, count: 20))
  static let ours = NumberedState(generation: 3, next: 1000, floor: 100)

  init(_ kind: SwarmKind?, features: Handshake.Features = [.extensions, .fast]) {
    session = PeerSession(features: features, now: .zero)
    if let kind { session.begin(kind) }
  }

  /// After the handshakes, and on a numbered torrent after the extended ones.
  static func open(
    _ kind: SwarmKind, peer: Handshake.Features = [.extensions, .fast]
  ) throws -> SessionTester {
    var tester = SessionTester(kind)
    try tester.shake(peer)
    if case .numbered(let ours) = kind {
      var handshake = ExtendedHandshake()
      handshake.numbered = ours
      try tester.extend(handshake)
    }
    tester.events = []
    return tester
  }

  mutating func shake(_ features: Handshake.Features) throws {
    guard let hash = Self.hash, let id = PeerID(Array("-XX0000-abcdefghijkl".utf8)) else { return }
    var bytes: [UInt8] = []
    Handshake(infoHash: hash, peerID: id, features: features).append(to: &bytes)
    try feed(bytes)
  }

  mutating func extend(_ handshake: ExtendedHandshake) throws {
    var bytes: [UInt8] = []
    handshake.encoded.withUnsafeBytes { Message.extended(0, $0).append(to: &bytes) }
    try feed(bytes)
  }

  mutating func feed(_ message: Message) throws {
    var bytes: [UInt8] = []
    message.append(to: &bytes)
    try feed(bytes)
  }

  mutating func feed(_ name: ExtensionName, _ payload: [UInt8]) throws {
    var bytes: [UInt8] = []
    payload.withUnsafeBytes { Message.extended(name.rawValue, $0).append(to: &bytes) }
    try feed(bytes)
  }

  mutating func feed(_ bytes: some Sequence<UInt8>) throws {
    rest += bytes
    while true {
      var consumed = 0
      let event = try rest.withUnsafeBytes { buffer in
        try session.next(buffer, consumed: &consumed, now: now).map { Self.describe($0) }
      }
      guard let event else { return }
      events.append(event)
      rest.removeFirst(consumed)
    }
  }

  /// The case with what it says; bytes as arrays.
  private static func describe(_ event: PeerEvent) -> String {
    switch event {
    case .handshake: "handshake"
    case .extended: "extended"
    case .bitfield(let bits): "bitfield \(Array(bits))"
    case .block(let piece, let offset, let bytes): "block \(piece) \(offset) \(bytes.count)"
    case .haveRanges(let ranges): "haveRanges \(text(ranges))"
    case .fetching(let ranges): "fetching \(text(ranges))"
    case .hashes(let range, let hashes): "hashes \(range.index) \(hashes.count / 32)"
    case .metadata(let message): "metadata " + String("\(message)".prefix { $0 != "(" })
    case .peers(let peers): "peers +\(peers.added) -\(peers.dropped)"
    default: "\(event)"
    }
  }

  private static func text(_ ranges: [PieceRange]) -> String {
    ranges.map { "\($0.first)-\($0.last)" }.joined(separator: " ")
  }
}

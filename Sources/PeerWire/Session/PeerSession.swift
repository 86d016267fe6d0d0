// SPDX-License-Identifier: Apache-2.0

/// One connection to a peer, as a state machine: bytes in, events out, and what we send as bytes.
///
/// It has no socket and no clock, and keeps nothing of what the peer holds; times are since any fixed
/// moment. Its owner calls `next` until that says nil, and closes the connection when it throws.
public struct PeerSession: Sendable {
  enum Phase: Sendable {
    /// The peer's handshake has not come.
    case handshake
    /// It has, and the owner has not said what torrent this is.
    case unknownTorrent
    /// On a numbered torrent: its extended handshake has not come.
    case extendedHandshake
    case open
  }

  var phase = Phase.handshake
  let limits: WireLimits
  private let features: Handshake.Features
  private var budget: MessageBudget
  var hasAvailability = false
  /// The torrent, once `begin` was called.
  public internal(set) var kind: SwarmKind?
  /// What the peer began with.
  public private(set) var handshake: Handshake?
  /// What the peer said in extended handshakes, the later ones on top of the first.
  public internal(set) var extended: ExtendedHandshake?
  /// Whether the peer answers no requests of ours.
  public private(set) var isChoked = true
  /// Whether the peer wants pieces that we have.
  public private(set) var isPeerInterested = false
  /// Whether we answer no requests.
  public internal(set) var isChoking = true
  /// Whether we want pieces that the peer has.
  public internal(set) var isInterested = false
  /// When bytes of the peer last made a message.
  public private(set) var lastHeard: Duration

  /// Begins a connection at which nothing was said yet.
  public init(
    features: Handshake.Features = [.extensions, .fast], limits: WireLimits = WireLimits(),
    now: Duration
  ) {
    self.features = features
    self.limits = limits
    budget = MessageBudget(limits, now: now)
    lastHeard = now
  }

  /// Says what torrent the connection is about; for who was connected to, after `.handshake`, and for
  /// who connected, before it.
  public mutating func begin(_ kind: SwarmKind) {
    self.kind = kind
    if phase == .unknownTorrent { enter(kind) }
  }

  private mutating func enter(_ kind: SwarmKind) {
    if case .numbered = kind { phase = .extendedHandshake } else { phase = .open }
  }

  /// What both sides can do.
  public var shared: Handshake.Features { features.intersection(handshake?.features ?? []) }

  /// What the peer says of a numbered torrent.
  public var peerNumbered: NumberedState? { extended?.numbered }

  /// Whether the peer takes messages of an extension.
  public func speaks(_ name: ExtensionName) -> Bool { (extended?.numbers[name] ?? 0) != 0 }

  /// Reads the next message of `bytes`.
  ///
  /// - Parameters:
  ///   - bytes: what has come and was not consumed.
  ///   - consumed: how many of them are done with.
  ///   - now: the time since any fixed moment.
  /// - Returns: nil when more bytes have to come.
  /// - Throws: `WireError` when the connection has to end.
  public mutating func next(
    _ bytes: UnsafeRawBufferPointer, consumed: inout Int, now: Duration
  ) throws(WireError) -> PeerEvent? {
    consumed = 0
    switch phase {
    case .unknownTorrent: return nil
    case .handshake:
      guard let handshake = try Handshake(bytes) else { return nil }
      consumed = Handshake.byteCount
      self.handshake = handshake
      lastHeard = now
      phase = .unknownTorrent
      if let kind { enter(kind) }
      return .handshake(handshake)
    case .extendedHandshake, .open:
      guard let message = try Message(bytes, consumed: &consumed, limits: limits) else {
        return nil
      }
      lastHeard = now
      return try take(message, now)
    }
  }

  private mutating func take(
    _ message: Message, _ now: Duration
  ) throws(WireError) -> PeerEvent {
    try charge(message, now)
    if phase == .extendedHandshake {
      switch message {
      case .extended(0, let payload): return try takeExtendedHandshake(payload)
      case .keepAlive: return .ignored
      default: throw .notNumbered
      }
    }
    switch message {
    case .keepAlive, .port, .suggest, .allowedFast, .unknown: return .ignored
    case .choke: return choked(true)
    case .unchoke: return choked(false)
    case .interested: return interested(true)
    case .notInterested: return interested(false)
    case .have(let piece): return try have(piece)
    case .bitfield(let bits): return try bitfield(bits)
    case .haveAll:
      try takeAvailability(MessageID.haveAll, needs: .fast)
      return .haveAll
    case .haveNone:
      try takeAvailability(MessageID.haveNone, needs: .fast)
      return .haveNone
    case .request(let block): return .request(block)
    case .cancel(let block): return .cancel(block)
    case .reject(let block):
      guard shared.contains(.fast) else { throw .unexpected(MessageID.reject) }
      return .reject(block)
    case .block(let piece, let offset, let bytes):
      return .block(piece: piece, offset: offset, bytes)
    case .hashRequest(let range): return .hashRequest(range)
    case .hashes(let range, let hashes): return .hashes(range, hashes)
    case .hashReject(let range): return .hashReject(range)
    case .extended(let id, let payload): return try takeExtension(id, payload)
    }
  }

  /// Blocks, and requests that are answered, are paid for by their bytes.
  private mutating func charge(_ message: Message, _ now: Duration) throws(WireError) {
    switch message {
    case .block, .request, .cancel: break
    default: try budget.take(now: now)
    }
  }

  /// Counts a request that was refused, so that nobody sends too many.
  ///
  /// - Throws: `WireError.flood`.
  public mutating func chargeRefusal(now: Duration) throws(WireError) {
    try budget.take(now: now)
  }

  private mutating func choked(_ isChoked: Bool) -> PeerEvent {
    guard self.isChoked != isChoked else { return .ignored }
    self.isChoked = isChoked
    return isChoked ? .choked : .unchoked
  }

  private mutating func interested(_ isInterested: Bool) -> PeerEvent {
    guard isPeerInterested != isInterested else { return .ignored }
    isPeerInterested = isInterested
    return isInterested ? .interested : .notInterested
  }
}

// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Tracker

/// One announce by BEP 15 over a lossy net: what to send when, and what comes back. No socket, no
/// clock.
package struct UDPTrackerExchange: Sendable {
  private enum State {
    case connecting
    case announcing(connection: UInt64, until: Duration)
    case done
  }

  private let request: TrackerRequest
  /// Whether each address of the tracker is one of IPv6.
  private let isV6: [Bool]
  /// Which of them is asked.
  package private(set) var place = 0
  private var state = State.connecting
  /// Of the datagram that is waited for.
  package private(set) var transaction: UInt32
  /// How often the datagram was sent again.
  private var attempts = 0
  /// When to send next.
  package private(set) var deadline: Duration

  /// A connection id is good for a minute (BEP 15).
  private static let connectionLife = Duration.seconds(60)
  /// 15 * 2^n seconds, n up to 8; a client that stays for minutes gives up at 4, or goes on to the
  /// next address after the first.
  private static let maximumAttempts = 4

  /// Begins at `now` with a connect request to the first address; `isV6` says of each whether it is one
  /// of IPv6.
  package init(
    _ request: TrackerRequest, isV6: [Bool], now: Duration,
    using random: inout some RandomNumberGenerator
  ) {
    self.request = request
    self.isV6 = isV6
    transaction = UInt32.random(in: .min ... .max, using: &random)
    deadline = now
  }

  /// The datagram to send to the address at `place`, which may be another one then; nil before the
  /// deadline.
  ///
  /// - Throws: `TrackerFailure` when nobody answered for too long.
  package mutating func datagram(at now: Duration) throws(TrackerFailure) -> [UInt8]? {
    guard now >= deadline else { return nil }
    if case .done = state { return nil }
    if attempts > 0, place + 1 < isV6.count {
      place += 1
      attempts = 0
      state = .connecting
    }
    guard attempts <= Self.maximumAttempts else {
      state = .done
      throw .unreachable("no answer")
    }
    deadline = now + .seconds(15 << attempts)
    attempts += 1
    if case .announcing(let connection, let until) = state, now < until {
      return announce(connection)
    }
    state = .connecting
    var bytes: [UInt8] = []
    bytes.append(bigEndian: UDPHeader.magic)
    bytes.append(bigEndian: UDPAction.connect)
    bytes.append(bigEndian: transaction)
    return bytes
  }

  /// The address at `place` cannot be sent to.
  ///
  /// - Returns: whether there is another, to which the next datagram goes at once.
  package mutating func skip(now: Duration) -> Bool {
    guard place + 1 < isV6.count else { return false }
    attempts = max(1, attempts)
    deadline = now
    return true
  }

  /// Takes a datagram from the tracker; nil where it does not end the announce.
  ///
  /// - Throws: `TrackerFailure` for a refusal, or an answer that is too short.
  package mutating func receive(
    _ datagram: [UInt8], at now: Duration, using random: inout some RandomNumberGenerator
  ) throws(TrackerFailure) -> TrackerAnswer? {
    guard datagram.count >= 8, datagram.bigEndian(at: 4) == transaction else { return nil }
    switch (datagram.bigEndian(at: 0), state) {
    case (UDPAction.connect, .connecting) where datagram.count >= 16:
      let connection =
        UInt64(datagram.bigEndian(at: 8)) << 32 | UInt64(datagram.bigEndian(at: 12))
      state = .announcing(connection: connection, until: now + Self.connectionLife)
      transaction = UInt32.random(in: .min ... .max, using: &random)
      attempts = 0
      deadline = now
      return nil
    case (UDPAction.announce, .announcing): return try answer(datagram, isGrouped: false)
    case (UDPAction.holders, .announcing): return try answer(datagram, isGrouped: true)
    case (UDPAction.error, _):
      state = .done
      let text = String(decoding: datagram.dropFirst(8).prefix(200), as: UTF8.self)
      throw .refused(text, retryIn: 900)
    default: return nil
    }
  }

  /// BEP 15's announce request, and options by BEP 41.
  private func announce(_ connection: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: connection)
    bytes.append(bigEndian: UDPAction.announce)
    bytes.append(bigEndian: transaction)
    bytes += request.torrent.bytes
    bytes += request.peerID
    bytes.append(bigEndian: request.downloaded)
    bytes.append(bigEndian: request.left)
    bytes.append(bigEndian: request.uploaded)
    bytes.append(bigEndian: request.event.rawValue)
    bytes.append(bigEndian: 0 as UInt32)
    bytes.append(bigEndian: request.key)
    bytes.append(bigEndian: request.count.map { UInt32($0) } ?? .max)
    bytes.append(bigEndian: request.port)
    switch request.offer {
    case .unchanged: break
    case .have(let ranges): Self.append(option: 0x68, ranges, to: &bytes)
    case .more(let ranges): Self.append(option: 0x6D, ranges, to: &bytes)
    }
    if !request.want.isEmpty { Self.append(option: 0x77, request.want, to: &bytes) }
    return bytes
  }

  /// `type 8 | length 8 | data`, as many as the list needs; an empty list is an option, too.
  private static func append(option: UInt8, _ ranges: [PieceRange], to bytes: inout [UInt8]) {
    var data: [UInt8] = []
    PackedRanges.append(ranges, to: &data)
    var rest = data[...]
    repeat {
      let part = rest.prefix(255)
      bytes += [option, UInt8(part.count)] + part
      rest = rest.dropFirst(part.count)
    } while !rest.isEmpty
  }

  /// `action 4 | transaction 4 | interval 4 | leechers 4 | seeders 4`, and peers.
  private mutating func answer(
    _ datagram: [UInt8], isGrouped: Bool
  ) throws(TrackerFailure) -> TrackerAnswer {
    state = .done
    guard datagram.count >= 20 else {
      throw .malformed("an announce answer of \(datagram.count) bytes")
    }
    var answer = TrackerAnswer(interval: min(max(datagram.bigEndian(at: 8), 1), 86400))
    answer.downloaders = datagram.bigEndian(at: 12)
    answer.seeds = datagram.bigEndian(at: 16)
    guard isGrouped else {
      TrackerAnswer.read(compact: datagram[20...], isV6: isV6[place], into: &answer.peers)
      return answer
    }
    var rest = datagram[20...]
    while rest.count > TorrentID.byteCount {
      let id = TorrentID(bytes: Array(rest.prefix(TorrentID.byteCount)))
      let count = Int(rest[rest.startIndex + TorrentID.byteCount]) * (isV6[place] ? 18 : 6)
      rest = rest.dropFirst(TorrentID.byteCount + 1)
      guard let id, count <= rest.count else { throw .malformed("a group that is cut short") }
      if id == request.torrent {
        TrackerAnswer.read(compact: rest.prefix(count), isV6: isV6[place], into: &answer.peers)
      } else if answer.holders[id] != nil || answer.holders.count < TrackerAnswer.maximum.torrents {
        TrackerAnswer.read(
          compact: rest.prefix(count), isV6: isV6[place], into: &answer.holders[id, default: []])
      }
      rest = rest.dropFirst(count)
    }
    return answer
  }
}

extension [UInt8] {
  /// The number at `offset`, which lies inside.
  fileprivate func bigEndian(at offset: Int) -> UInt32 {
    self[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}

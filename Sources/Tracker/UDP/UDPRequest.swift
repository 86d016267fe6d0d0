// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A datagram of BEP 15, as far as it is the same for every action:
///
///     connection_id 64 | action 32 | transaction_id 32 | …
public struct UDPHeader: Hashable, Sendable {
  public static let byteCount = 16
  /// What stands in place of a connection id in a connect request.
  public static let magic: UInt64 = 0x417_2710_1980

  public let connection: UInt64
  public let action: UInt32
  public let transaction: UInt32

  /// Reads the header; nil when the datagram is shorter.
  public init?(_ datagram: RawSpan) {
    guard datagram.byteCount >= Self.byteCount else { return nil }
    connection = datagram.bigEndian(at: 0, as: UInt64.self)
    action = datagram.bigEndian(at: 8, as: UInt32.self)
    transaction = datagram.bigEndian(at: 12, as: UInt32.self)
  }
}

/// What a datagram asks for, or an answer brings.
public enum UDPAction {
  public static let connect: UInt32 = 0
  public static let announce: UInt32 = 1
  public static let scrape: UInt32 = 2
  public static let error: UInt32 = 3
  /// Answers an announce that looks for pieces: peers grouped by torrent.
  public static let holders: UInt32 = 16
}

extension Announce {
  /// BEP 15's announce request:
  ///
  ///     header | info_hash 20 | peer_id 20 | downloaded 8 | left 8 | uploaded 8 | event 4 | ip 4
  ///     | key 4 | num_want 4 | port 2 | options (BEP 41)
  static let datagramLength = 98

  /// Reads an announce that came from `source`; what it says about pieces goes into `pieces`.
  ///
  /// - Throws: `Refusal` with what to answer.
  public init(
    datagram: RawSpan, from source: IPAddress, _ pieces: inout PieceInterest
  ) throws(Refusal) {
    guard datagram.byteCount >= Self.datagramLength else { throw .truncated }
    let port = datagram.bigEndian(at: 96, as: UInt16.self)
    if port == 0 { throw .port }
    let wanted = Int(datagram.bigEndian(at: 92, as: Int32.self))
    let limit =
      source.isV4 ? TrackerLimits.wantedMaximum : TrackerLimits.wantedMaximumUDP6
    self.init(
      swarm: SwarmID(datagram, at: 16), peer: Endpoint(source, port: port),
      // A number that BEP 15 and 21 do not have is no event.
      event: AnnounceEvent(rawValue: datagram.bigEndian(at: 80, as: UInt32.self)) ?? .none,
      isComplete: datagram.bigEndian(at: 64, as: UInt64.self) == 0,
      wanted: min(wanted < 0 ? TrackerLimits.wanted : wanted, limit))
    if datagram.byteCount > Self.datagramLength {
      try UDPOptions.read(datagram.extracting(Self.datagramLength...), into: &pieces)
    }
  }
}

/// The options after an announce (BEP 41 section "Options"), each `type 8 | length 8 | data` but
/// the first two types, which have no length.
enum UDPOptions {
  private static let end: UInt8 = 0
  private static let nop: UInt8 = 1
  /// Piece numbers that the peer holds.
  static let have: UInt8 = 0x68
  /// Piece numbers that it holds beside those announced before.
  static let more: UInt8 = 0x6D
  /// Piece numbers that it looks for.
  static let want: UInt8 = 0x77

  /// Reads what `options` says of pieces. Other options are skipped, and one that is cut short ends
  /// the list, because nothing that BEP 41 has is worth refusing an announce.
  ///
  /// - Throws: `Refusal.ranges` for a list of numbers that cannot be read.
  static func read(_ options: RawSpan, into pieces: inout PieceInterest) throws(Refusal) {
    try join(options, have, into: &pieces.have) { pieces.hasHave = true }
    var isMore = false
    if !pieces.hasHave {
      try join(options, more, into: &pieces.have) { isMore = true }
      pieces.hasHave = isMore
      pieces.isMore = isMore
    }
    try join(options, want, into: &pieces.want) {}
  }

  /// Options of the same type are one, as of BEP 41's URLData.
  private static func join(
    _ options: RawSpan, _ type: UInt8, into ranges: inout [PieceRange], _ found: () -> Void
  ) throws(Refusal) {
    var data: [UInt8] = []
    var offset = 0
    while offset < options.byteCount, options[offset] != end {
      if options[offset] == nop {
        offset += 1
        continue
      }
      guard offset + 1 < options.byteCount else { break }
      let next = offset + 2 + Int(options[offset + 1])
      guard next <= options.byteCount else { break }
      if options[offset] == type {
        found()
        options.extracting(offset + 2..<next).withUnsafeBytes { data.append(contentsOf: $0) }
      }
      offset = next
    }
    guard PackedRanges.read(data, into: &ranges, limit: TrackerLimits.ranges) else {
      throw .ranges
    }
  }
}

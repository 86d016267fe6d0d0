// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The parameters of an announce (BEP 3, 23) or scrape (BEP 48), as they stand in a query.
struct TrackerQuery: Sendable {
  /// In the order given; more than the limit are refused.
  private(set) var hashes: [SwarmID] = []
  private(set) var port: UInt16?
  private(set) var event = AnnounceEvent.none
  private(set) var isComplete = false
  private(set) var wanted = TrackerLimits.wanted
  private(set) var isCompact = true
  /// Which parameters came, so that none comes twice.
  private var seen: Parameter = []

  init() { hashes.reserveCapacity(TrackerLimits.scrapeHashes) }

  mutating func removeAll() {
    hashes.removeAll(keepingCapacity: true)
    port = nil
    event = .none
    isComplete = false
    wanted = TrackerLimits.wanted
    isCompact = true
    seen = []
  }

  /// The parameters that mean anything here; all others are skipped.
  private struct Parameter: OptionSet {
    let rawValue: UInt16

    static let port = Parameter(rawValue: 1)
    static let left = Parameter(rawValue: 2)
    static let event = Parameter(rawValue: 4)
    static let numwant = Parameter(rawValue: 8)
    static let compact = Parameter(rawValue: 16)
    static let have = Parameter(rawValue: 32)
    static let more = Parameter(rawValue: 64)
    static let want = Parameter(rawValue: 128)
  }
}

extension TrackerQuery {
  /// Reads `name=value&…`; what it says about pieces goes into `pieces`.
  ///
  /// - Throws: `Refusal` with what to answer.
  mutating func read(_ query: RawSpan, into pieces: inout PieceInterest) throws(Refusal) {
    var start = 0
    while start < query.byteCount {
      let end = query.firstIndex(of: 0x26, in: start..<query.byteCount) ?? query.byteCount
      let equals = query.firstIndex(of: 0x3D, in: start..<end) ?? end
      let value = query.extracting(min(equals + 1, end)..<end)
      try read(query, start..<equals, value, into: &pieces)
      start = end + 1
    }
  }

  private mutating func read(
    _ query: RawSpan, _ name: Range<Int>, _ value: RawSpan, into pieces: inout PieceInterest
  ) throws(Refusal) {
    if query.equals(name, "info_hash") {
      guard let id = SwarmID(percentEncoded: value) else { throw .infoHash }
      guard hashes.count < TrackerLimits.scrapeHashes else { throw .hashes }
      hashes.append(id)
    } else if query.equals(name, "port") {
      try note(.port)
      guard let number = UInt16(exactly: value.decimal ?? 0), number > 0 else { throw .port }
      port = number
    } else if query.equals(name, "left") {
      try note(.left)
      isComplete = try Self.number(value) == 0
    } else if query.equals(name, "event") {
      try note(.event)
      event = Self.event(value)
    } else if query.equals(name, "numwant") {
      try note(.numwant)
      wanted = min(try Self.number(value) ?? TrackerLimits.wanted, TrackerLimits.wantedMaximum)
    } else if query.equals(name, "compact") {
      try note(.compact)
      isCompact = !value.equals(0..<value.byteCount, "0")
    } else if query.equals(name, "have") {
      try note(.have)
      pieces.hasHave = true
      try Self.readEncodedRanges(value, into: &pieces.have)
    } else if query.equals(name, "more") {
      try note(.more)
      pieces.hasHave = true
      pieces.isMore = true
      try Self.readEncodedRanges(value, into: &pieces.have)
    } else if query.equals(name, "want") {
      try note(.want)
      try Self.readEncodedRanges(value, into: &pieces.want)
    }
  }

  private mutating func note(_ parameter: Parameter) throws(Refusal) {
    // `have` and `more` are two ways to say one thing.
    let same: Parameter = parameter == .have || parameter == .more ? [.have, .more] : parameter
    guard seen.isDisjoint(with: same) else { throw .repeated }
    seen.insert(parameter)
  }

  private static func event(_ value: RawSpan) -> AnnounceEvent {
    let all = 0..<value.byteCount
    if value.equals(all, "started") { return .started }
    if value.equals(all, "stopped") { return .stopped }
    if value.equals(all, "completed") { return .completed }
    return value.equals(all, "paused") ? .paused : .none
  }

  /// A number that may be negative, which is nil: clients say so for what they do not know.
  private static func number(_ value: RawSpan) throws(Refusal) -> Int? {
    if value.byteCount > 1, value[0] == UInt8(ascii: "-") {
      guard value.extracting(1...).decimal != nil else { throw .number }
      return nil
    }
    guard let number = value.decimal else { throw .number }
    return number
  }

  /// Reads piece numbers; libraries that build queries write commas as `%2C`.
  private static func readEncodedRanges(
    _ value: RawSpan, into ranges: inout [PieceRange]
  ) throws(Refusal) {
    guard value.firstIndex(of: 0x25, in: 0..<value.byteCount) != nil else {
      return try readRanges(value, into: &ranges, limit: TrackerLimits.ranges)
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(value.byteCount)
    var offset = 0
    while offset < value.byteCount {
      guard let byte = value.percentDecoded(&offset) else { throw .ranges }
      decoded.append(byte)
    }
    try readRanges(decoded.span.bytes, into: &ranges, limit: TrackerLimits.ranges)
  }
}

extension RawSpan {
  /// A number of digits alone, `Int.max` when it is greater; nil for anything else.
  fileprivate var decimal: Int? {
    if byteCount == 0 { return nil }
    var number = 0
    for offset in 0..<byteCount {
      guard (0x30...0x39).contains(self[offset]) else { return nil }
      let (tenfold, isOver) = number.multipliedReportingOverflow(by: 10)
      let (sum, isOverToo) = tenfold.addingReportingOverflow(Int(self[offset] - 0x30))
      number = isOver || isOverToo ? .max : sum
    }
    return number
  }
}

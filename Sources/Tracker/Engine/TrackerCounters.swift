// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// How requests reach the tracker.
public enum TrackerProtocol: Int, Hashable, Sendable, CaseIterable {
  case http, udp
}

/// What requests ask for.
public enum TrackerAction: Int, Hashable, Sendable, CaseIterable {
  case connect, announce, scrape
}

/// What a worker has done since it began.
public struct TrackerCounters: Sendable {
  private static let actions = TrackerAction.allCases.count * 4

  // Answers by protocol, family and action; then refusals by protocol and reason.
  private var numbers = [UInt64](
    repeating: 0, count: TrackerCounters.actions + 2 * Refusal.allCases.count)
  /// Datagrams that were not worth an answer.
  public var ignored: UInt64 = 0
  /// Bytes received and sent, without headers of IP, UDP and TCP.
  public var received: UInt64 = 0
  public var sent: UInt64 = 0

  public init() {}

  private static func index(
    _ transport: TrackerProtocol, _ family: AddressFamily, _ action: TrackerAction
  ) -> Int {
    (transport.rawValue * 2 + family.rawValue) * TrackerAction.allCases.count + action.rawValue
  }

  private static func index(_ transport: TrackerProtocol, _ refusal: Refusal) -> Int {
    actions + transport.rawValue * Refusal.allCases.count + refusal.rawValue
  }

  /// Counts an answer.
  @inline(__always)
  mutating func count(
    _ transport: TrackerProtocol, _ family: AddressFamily, _ action: TrackerAction
  ) {
    numbers[Self.index(transport, family, action)] &+= 1
  }

  /// Counts a refusal.
  @inline(__always)
  public mutating func count(_ transport: TrackerProtocol, _ refusal: Refusal) {
    numbers[Self.index(transport, refusal)] &+= 1
  }

  /// How many such requests were answered.
  public func answers(
    _ transport: TrackerProtocol, _ family: AddressFamily, _ action: TrackerAction
  ) -> UInt64 {
    numbers[Self.index(transport, family, action)]
  }

  /// How many requests were refused so.
  public func refusals(_ transport: TrackerProtocol, _ refusal: Refusal) -> UInt64 {
    numbers[Self.index(transport, refusal)]
  }

  public static func += (a: inout TrackerCounters, b: TrackerCounters) {
    for index in a.numbers.indices { a.numbers[index] &+= b.numbers[index] }
    a.ignored &+= b.ignored
    a.received &+= b.received
    a.sent &+= b.sent
  }
}

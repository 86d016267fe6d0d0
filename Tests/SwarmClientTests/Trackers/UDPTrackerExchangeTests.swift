// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import SwarmClient
import Testing

@Suite("An announce over UDP (BEP 15)") struct UDPTrackerExchangeTests {
  /// Gives the transaction ids 0x01010101, 0x02020202, …
  private struct Counting: RandomNumberGenerator {
    var step: UInt64 = 0

    mutating func next() -> UInt64 {
      step += 1
      return step &* 0x0101_0101_0101_0101
    }
  }

  private let torrent = TorrentID(bytes: [UInt8](0x10..<0x24))
  private var random = Counting()

  private func request() throws -> TrackerRequest {
    var request = TrackerRequest(
      torrent: try #require(torrent), peerID: Array("-AT0001-abcdefghijkl".utf8), port: 0x1AE1)
    request.downloaded = 0x0102
    request.left = 0x0304
    request.uploaded = 0x0506
    request.event = .started
    request.key = 0xAABB_CCDD
    request.count = 7
    return request
  }

  private let connectAnswer: [UInt8] =
    [0, 0, 0, 0, 1, 1, 1, 1, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7]

  /// An exchange that has a connection id.
  private mutating func connected(_ request: TrackerRequest) throws -> UDPTrackerExchange {
    var exchange = UDPTrackerExchange(request, isV6: [false], now: .zero, using: &random)
    _ = try exchange.datagram(at: .zero)
    #expect(try exchange.receive(connectAnswer, at: .seconds(1), using: &random) == nil)
    return exchange
  }

  @Test("begins with a connect request")
  mutating func connect() throws {
    var exchange = UDPTrackerExchange(try request(), isV6: [false], now: .zero, using: &random)
    #expect(
      try exchange.datagram(at: .zero)
        == [0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 1, 1, 1, 1])
    #expect(try exchange.datagram(at: .zero) == nil)
  }

  @Test("announces with the connection id")
  mutating func announce() throws {
    var exchange = try connected(try request())
    let bytes = try #require(try exchange.datagram(at: .seconds(1)))
    let expected: [UInt8] =
      [0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7, 0, 0, 0, 1, 2, 2, 2, 2]
      + [UInt8](0x10..<0x24)
      + Array("-AT0001-abcdefghijkl".utf8)
      + [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 5, 6]
      + [0, 0, 0, 2, 0, 0, 0, 0, 0xAA, 0xBB, 0xCC, 0xDD, 0, 0, 0, 7, 0x1A, 0xE1]
    #expect(bytes == expected)
    #expect(bytes.count == 98)
  }

  @Test("tells and asks of pieces by options (BEP 41)")
  mutating func options() throws {
    var request = try request()
    request.offer = .have([PieceRange(0, 4), PieceRange(17, 17)])
    request.want = [PieceRange(300, 300)]
    var exchange = try connected(request)
    let bytes = try #require(try exchange.datagram(at: .seconds(1)))
    #expect(
      bytes.dropFirst(98) == [0x68, 4, 0, 4, 0x0C, 0, 0x77, 3, 0xAC, 2, 0][...])
  }

  @Test("withdraws everything by an empty option")
  mutating func nothing() throws {
    var request = try request()
    request.offer = .have([])
    var exchange = try connected(request)
    #expect(try exchange.datagram(at: .seconds(1))?.dropFirst(98) == [0x68, 0])
  }

  @Test("cuts a long list into options of 255 bytes")
  mutating func longList() throws {
    var request = try request()
    request.offer = .more((0..<200).map { PieceRange($0 * 2, $0 * 2) })
    var exchange = try connected(request)
    let bytes = try #require(try exchange.datagram(at: .seconds(1)))
    #expect(bytes[98...99] == [0x6D, 255])
    #expect(bytes[(100 + 255)...(101 + 255)] == [0x6D, 145])
    #expect(bytes.count == 98 + 2 + 255 + 2 + 145)
  }

  @Test("takes the peers of the answer")
  mutating func answer() throws {
    var exchange = try connected(try request())
    _ = try exchange.datagram(at: .seconds(1))
    let answer = try exchange.receive(
      [0, 0, 0, 1, 2, 2, 2, 2, 0, 0, 7, 8, 0, 0, 0, 5, 0, 0, 0, 6, 192, 0, 2, 1, 0x1A, 0xE1],
      at: .seconds(2), using: &random)
    #expect(answer?.peers == [try Endpoint("192.0.2.1:6881")])
    #expect(answer?.interval == 1800)
    #expect(answer?.downloaders == 5)
    #expect(answer?.seeds == 6)
  }

  @Test("takes groups of holders")
  mutating func groups() throws {
    var exchange = try connected(try request())
    _ = try exchange.datagram(at: .seconds(1))
    let other = [UInt8](repeating: 9, count: 20)
    let bytes: [UInt8] =
      [0, 0, 0, 16, 2, 2, 2, 2, 0, 0, 7, 8, 0, 0, 0, 5, 0, 0, 0, 6] + [UInt8](0x10..<0x24)
      + [1, 192, 0, 2, 1, 0, 1] + other + [2, 192, 0, 2, 2, 0, 2, 192, 0, 2, 3, 0, 3]
    let answer = try exchange.receive(bytes, at: .seconds(2), using: &random)
    #expect(answer?.peers == [try Endpoint("192.0.2.1:1")])
    let id = try #require(TorrentID(bytes: other))
    #expect(answer?.holders == [id: [try Endpoint("192.0.2.2:2"), try Endpoint("192.0.2.3:3")]])
  }

  @Test("refuses a group that is cut short")
  mutating func shortGroup() throws {
    var exchange = try connected(try request())
    _ = try exchange.datagram(at: .seconds(1))
    let bytes: [UInt8] =
      [0, 0, 0, 16, 2, 2, 2, 2] + [UInt8](repeating: 0, count: 12) + [UInt8](0x10..<0x24) + [3, 1]
    #expect(throws: TrackerFailure.malformed("a group that is cut short")) {
      try exchange.receive(bytes, at: .seconds(2), using: &random)
    }
  }

  @Test("passes over datagrams of other transactions, and those that are too short")
  mutating func strangers() throws {
    var exchange = try connected(try request())
    _ = try exchange.datagram(at: .seconds(1))
    for bytes: [UInt8] in [
      [], [0, 0, 0, 1], [0, 0, 0, 3, 9, 9, 9, 9, 0x6E, 0x6F], connectAnswer,
      [0, 0, 0, 7, 2, 2, 2, 2],
    ] {
      #expect(try exchange.receive(bytes, at: .seconds(2), using: &random) == nil)
    }
  }

  @Test("is refused with the tracker's words")
  mutating func refused() throws {
    var exchange = try connected(try request())
    _ = try exchange.datagram(at: .seconds(1))
    #expect(throws: TrackerFailure.refused("no", retryIn: 900)) {
      try exchange.receive([0, 0, 0, 3, 2, 2, 2, 2, 0x6E, 0x6F], at: .seconds(2), using: &random)
    }
  }

  @Test("is sent again after 15, 30, 60 and 120 seconds, and then given up")
  mutating func again() throws {
    var exchange = UDPTrackerExchange(try request(), isV6: [false], now: .zero, using: &random)
    var times: [Int64] = []
    #expect(throws: TrackerFailure.unreachable("no answer")) {
      for second in 0..<1000 where try exchange.datagram(at: .seconds(second)) != nil {
        times.append(Int64(second))
      }
    }
    #expect(times == [0, 15, 45, 105, 225])
  }

  @Test("connects anew when the connection id is a minute old")
  mutating func expired() throws {
    var exchange = try connected(try request())
    #expect(try exchange.datagram(at: .seconds(1))?.count == 98)
    #expect(try exchange.datagram(at: .seconds(16))?.count == 98)
    #expect(try exchange.datagram(at: .seconds(62))?.count == 16)
  }

  @Test("goes to the next address of a tracker that does not answer")
  mutating func nextAddress() throws {
    var exchange = UDPTrackerExchange(
      try request(), isV6: [true, false], now: .zero, using: &random)
    var sent: [(second: Int, place: Int)] = []
    var failure: TrackerFailure?
    for second in 0...1000 {
      do throws(TrackerFailure) {
        let bytes = try exchange.datagram(at: .seconds(second))
        if let bytes {
          #expect(bytes.count == 16)
          sent.append((second, exchange.place))
        }
      } catch {
        failure = failure ?? error
      }
    }
    #expect(sent.map(\.place) == [0, 1, 1, 1, 1, 1])
    #expect(sent.map(\.second) == [0, 15, 30, 60, 120, 240])
    #expect(failure == .unreachable("no answer"))
  }

  @Test("asks an address for a connection id of its own")
  mutating func ownConnection() throws {
    var exchange = UDPTrackerExchange(
      try request(), isV6: [true, false], now: .zero, using: &random)
    _ = try exchange.datagram(at: .zero)
    #expect(try exchange.receive(connectAnswer, at: .seconds(1), using: &random) == nil)
    let announce = try #require(try exchange.datagram(at: .seconds(1)))
    #expect(announce.count > 16 && exchange.place == 0)
    let again = try #require(try exchange.datagram(at: .seconds(16)))
    #expect(again.count == 16 && exchange.place == 1)
  }
}

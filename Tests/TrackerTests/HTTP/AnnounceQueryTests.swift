// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct AnnounceQueryTests {
  private let hash = String(repeating: "%09", count: 20)

  private func read(_ query: String) throws -> (TrackerQuery, PieceInterest) {
    var result = TrackerQuery()
    var pieces = PieceInterest()
    try result.read(bytes(query).span.bytes, into: &pieces)
    return (result, pieces)
  }

  @Test func `Parameters come in any order, and unknown ones are skipped`() throws {
    let (query, _) = try read(
      "left=0&x&=&key=%zz&port=6881&peer_id=abc&info_hash=\(hash)&event=completed&numwant=7")
    #expect(query.hashes == [swarm(9)])
    #expect(query.port == 6881)
    #expect(query.isComplete)
    #expect(query.event == .completed)
    #expect(query.wanted == 7)
  }

  @Test func `An info hash is any 20 bytes, encoded or not, and a plus is a plus`() throws {
    let (query, _) = try read("info_hash=%2b+aA%aA%Ff0123456789012%00")
    let expected: [UInt8] = [0x2B, 0x2B, 0x61, 0x41, 0xAA, 0xFF] + bytes("0123456789012") + [0]
    #expect(query.hashes == [SwarmID(expected.span.bytes, at: 0)])
  }

  @Test(arguments: ["", "abc", "%", "%4", "%4g", String(repeating: "a", count: 21)])
  func `Another number of bytes is no info hash`(value: String) {
    #expect(throws: Refusal.infoHash) { try read("info_hash=\(value)") }
  }

  @Test(arguments: ["0", "65536", "", "-1", "+1", " 1", "0x1", "99999999999999999999"])
  func `What is no port is refused`(value: String) {
    #expect(throws: Refusal.port) { try read("port=\(value)") }
  }

  @Test(arguments: [
    ("numwant=0", 0), ("numwant=-1", 50), ("numwant=201", 200), ("", 50),
    ("numwant=99999999999999999999", 200),
  ])
  func `numwant has a default and a limit`(query: String, wanted: Int) throws {
    #expect(try read(query).0.wanted == wanted)
  }

  @Test(arguments: [
    "", "left=1", "left=-1", "left=9223372036854775807", "left=99999999999999999999",
  ])
  func `Who does not say that nothing is left is a downloader`(query: String) throws {
    #expect(try !read(query).0.isComplete)
  }

  @Test(arguments: ["left=", "left=x", "numwant=1e3", "left=-"])
  func `What is no number is refused`(query: String) {
    #expect(throws: Refusal.number) { try read(query) }
  }

  @Test(arguments: ["port=1&port=1", "left=1&left=0", "have=1&have=2", "have=1&more=2"])
  func `A parameter that comes twice is refused`(query: String) {
    #expect(throws: Refusal.repeated) { try read(query) }
  }

  @Test func `Events that nobody knows are none`() throws {
    #expect(try read("event=").0.event == .none)
    #expect(try read("event=dancing").0.event == .none)
    #expect(try read("event=paused").0.event == .paused)
  }

  @Test(arguments: ["0-4,17,30-99", "0-4%2C17%2c30-99"])
  func `Piece numbers are ranges that rise`(value: String) throws {
    let (_, pieces) = try read("have=\(value)&want=5")
    #expect(pieces.have == [PieceRange(0, 4), PieceRange(17, 17), PieceRange(30, 99)])
    #expect(pieces.want == [PieceRange(5, 5)])
    #expect(pieces.hasHave)
  }

  @Test func `An empty have says that there is nothing any more`() throws {
    let (_, pieces) = try read("have=")
    #expect(pieces.hasHave)
    #expect(pieces.have.isEmpty)
  }

  @Test(arguments: [
    "4-0", "1,1", "3,2", "1-3,3", "1,", ",1", "1--2", "a", "01", "4294967296", "1-", "-1", "%2",
  ])
  func `Numbers that do not rise, or are none, are refused`(value: String) {
    #expect(throws: Refusal.ranges) { try read("want=\(value)") }
  }

  @Test func `More ranges than the limit are refused`() {
    let value = (0...TrackerLimits.ranges).map { "\($0 * 2)" }.joined(separator: ",")
    #expect(throws: Refusal.ranges) { try read("have=\(value)") }
  }

  @Test func `More hashes than a scrape may have are refused`() {
    let query = [String](repeating: "info_hash=\(hash)", count: 75).joined(separator: "&")
    #expect(throws: Refusal.hashes) { try read(query) }
  }
}

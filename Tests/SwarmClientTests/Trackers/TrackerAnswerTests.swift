// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import SwarmClient
import Testing
import Tracker

@Suite("A tracker's answer over HTTP") struct TrackerAnswerTests {
  private func answer(_ text: [UInt8]) throws -> TrackerAnswer { try TrackerAnswer(http: text) }

  private func answer(_ text: String) throws -> TrackerAnswer { try answer(Array(text.utf8)) }

  @Test("names peers in six bytes each (BEP 23), and in eighteen (BEP 7)")
  func compact() throws {
    let six: [UInt8] = [192, 0, 2, 1, 0x1A, 0xE1]
    let eighteen: [UInt8] =
      [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1, 0, 80]
    let answer = try answer(
      Array("d8:completei3e10:incompletei4e8:intervali1800e12:min intervali60e5:peers6:".utf8) + six
        + Array("6:peers618:".utf8) + eighteen + [0x65])
    #expect(answer.peers == [try Endpoint("192.0.2.1:6881"), try Endpoint("[2001:db8::1]:80")])
    #expect(answer.interval == 1800)
    #expect(answer.minimumInterval == 60)
    #expect(answer.seeds == 3)
    #expect(answer.downloaders == 4)
  }

  @Test("names peers in dictionaries (BEP 3)")
  func dictionaries() throws {
    let answer = try answer(
      "d8:intervali900e5:peersld2:ip9:192.0.2.14:porti6881eed2:ip11:2001:db8::14:porti1eee"
        + "e")
    #expect(answer.peers == [try Endpoint("192.0.2.1:6881"), try Endpoint("[2001:db8::1]:1")])
  }

  @Test("passes over what can be no peer")
  func oddPeers() throws {
    let bytes: [UInt8] =
      [192, 0, 2, 1, 0, 0] + [0, 0, 0, 0, 1, 1] + [192, 0, 2, 2, 0, 1] + [1, 2]
    let answer = try answer(Array("d8:intervali900e5:peers20:".utf8) + bytes + [0x65])
    #expect(answer.peers == [try Endpoint("192.0.2.2:1")])
  }

  @Test("names no service of this machine, unless the tracker runs there")
  func loopback() throws {
    let bytes: [UInt8] = [127, 0, 0, 1, 0, 22] + [10, 0, 0, 1, 0, 1] + [192, 0, 2, 2, 0, 1]
    let answer = try answer(
      Array("d7:holdersd20:aaaaaaaaaaaaaaaaaaaa18:".utf8) + bytes
        + Array("e8:intervali900e5:peers18:".utf8) + bytes + [0x65])
    let others = [try Endpoint("10.0.0.1:1"), try Endpoint("192.0.2.2:1")]
    for scope in [AddressScope.global, .site, nil] {
      let told = answer.asTold(from: scope)
      #expect(told.peers == others)
      #expect(told.holders.values.first == others)
    }
    #expect(answer.asTold(from: .host).peers.count == 3)
  }

  @Test("names holders in other torrents")
  func holders() throws {
    let id = try #require(TorrentID(bytes: Array("abcdefghijklmnopqrst".utf8)))
    let answer = try answer(
      Array("d7:holdersd20:abcdefghijklmnopqrst6:".utf8) + [192, 0, 2, 9, 0, 9]
        + Array("e8:holders6de8:intervali900e5:peers0:e".utf8))
    #expect(answer.holders == [id: [try Endpoint("192.0.2.9:9")]])
    #expect(answer.peers.isEmpty)
  }

  @Test(
    "refuses for a while, or for good (BEP 31)",
    arguments: [
      ("d14:failure reason2:no8:retry ini5ee", 300 as UInt32?),
      ("d14:failure reason2:no8:retry in5:nevere", nil),
      ("d14:failure reason2:no8:intervali120ee", 120), ("d14:failure reason2:noe", 900),
    ])
  func refusal(text: String, seconds: UInt32?) {
    #expect(throws: TrackerFailure.refused("no", retryIn: seconds)) { try answer(text) }
  }

  @Test(
    "is refused when it is nothing of the kind",
    arguments: [
      "", "<html>", "i5e", "d8:intervali900e5:peers6:abc", "le",
    ])
  func malformed(text: String) {
    let failure = #expect(throws: TrackerFailure.self) { try answer(text) }
    guard case .malformed = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
  }

  @Test("does not put off the next announce for ever")
  func interval() throws {
    #expect(try answer("d8:intervali999999999999ee").interval == 86400)
    #expect(try answer("d8:intervali-5ee").interval == 1800)
  }
}

// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tracker

struct HTTPAnswerTests {
  private let hash = String(repeating: "%09", count: 20)
  private let here = "203.0.113.5"

  /// The answer, with the jittered interval taken out.
  private func get(
    _ conversation: Conversation, _ target: String, from source: String, fields: String = ""
  ) throws -> String {
    let answer = try conversation.get(target, from: source, fields: fields)
    return answer.replacing(/8:intervali(\d+)e/) { match in
      let interval = Int(match.output.1) ?? 0
      #expect((1620...1980).contains(interval))
      return "8:interval…"
    }
  }

  private func announce(_ query: String = "") -> String {
    "/announce?info_hash=\(hash)&port=6881\(query)"
  }

  @Test func `The first peer's answer has every key, in order`() throws {
    #expect(
      try get(Conversation(), announce(), from: here)
        == "d8:completei0e10:downloadedi0e11:external ip4:?\u{0}q\u{5}10:incompletei1e8:interval…"
        + "12:min intervali60e5:peers0:6:peers60:e")
  }

  @Test func `Peers of both families are compact`() throws {
    let conversation = Conversation()
    _ = try get(conversation, announce("&left=0"), from: "65.66.67.68")
    _ = try get(conversation, announce("&left=0"), from: "4142:4344:4546:4748:494a:4b4c:4d4e:4f50")
    let answer = try get(conversation, announce(), from: here)
    #expect(answer.hasSuffix("5:peers6:ABCD\u{1A}?6:peers618:ABCDEFGHIJKLMNOP\u{1A}?e"))
    #expect(answer.hasPrefix("d8:completei2e"))
  }

  @Test func `Not compact, peers are dictionaries`() throws {
    let conversation = Conversation()
    _ = try get(conversation, announce("&left=0"), from: "65.66.67.68")
    _ = try get(conversation, announce("&left=0"), from: "2001:db8::1")
    let answer = try get(conversation, announce("&compact=0"), from: here)
    #expect(
      answer.hasSuffix(
        "5:peersld2:ip11:65.66.67.684:porti6881eed2:ip11:2001:db8::14:porti6881eee6:peers60:e"))
  }

  @Test(arguments: [
    ("/announce?port=1", "info_hash is missing or is not 20 bytes"),
    ("/announce?info_hash=abc&port=1", "info_hash is missing or is not 20 bytes"),
    ("/announce?info_hash=%09", "info_hash is missing or is not 20 bytes"),
    ("/scrape", "scrape needs info_hash"),
    ("/", "this is a BitTorrent tracker: announce and scrape are all it answers"),
  ])
  func `What cannot be answered is a failure that makes clients wait`(
    target: String, reason: String
  ) throws {
    #expect(
      try get(Conversation(), target, from: here)
        == "d14:failure reason\(reason.utf8.count):\(reason)8:interval…8:retry in5:nevere")
  }

  @Test func `A torrent that is not known is refused`() throws {
    let conversation = Conversation(.sample(registry: TorrentRegistry()))
    #expect(
      try get(conversation, announce(), from: here)
        .hasPrefix("d14:failure reason40:this tracker does not serve this torrent8:"))
  }

  @Test func `A scrape has what is known, sorted and once`() throws {
    let conversation = Conversation()
    _ = try get(conversation, announce("&left=0&event=completed"), from: here)
    _ = try get(conversation, announce("&left=0&event=completed"), from: here)
    _ = try get(conversation, announce("&left=5&event=paused"), from: "203.0.113.6")
    _ = try get(conversation, announce("&left=5"), from: "203.0.113.7")
    let other = String(repeating: "A", count: 20)
    let answer = try get(
      conversation, "/scrape?info_hash=\(other)&info_hash=\(hash)&info_hash=\(other)", from: here)
    let ours = String(repeating: "\t", count: 20)
    #expect(
      answer
        == "d5:filesd20:\(ours)d8:completei1e10:downloadedi1e11:downloadersi1e10:incompletei2ee"
        + "20:\(other)d8:completei0e10:downloadedi0e11:downloadersi0e10:incompletei0eeee")
  }

  @Test func `X-Forwarded-For counts from a trusted proxy alone`() throws {
    var policy = TrackerPolicy()
    policy.trustedProxies = [try Network("192.0.2.0/24")]
    let conversation = Conversation(.sample(policy: policy))
    let field = "X-Forwarded-For: 65.66.67.68\r\n"
    _ = try get(conversation, announce("&left=0"), from: "192.0.2.1", fields: field)
    let answer = try get(
      conversation, announce(), from: "69.70.71.72",
      fields: "X-Forwarded-For: 10.0.0.1\r\n")
    #expect(answer.contains("11:external ip4:EFGH"))
    #expect(answer.contains("5:peers6:ABCD"))
  }

  @Test func `Addresses in the query are not believed`() throws {
    let conversation = Conversation()
    _ = try get(conversation, announce("&left=0&ip=9.9.9.9&ipv4=9.9.9.9"), from: "65.66.67.68")
    #expect(try get(conversation, announce(), from: here).contains("5:peers6:ABCD"))
  }

  @Test func `Only GET is answered`() throws {
    let conversation = Conversation()
    let answer = try conversation.ask("POST /announce?info_hash=\(hash)&port=1", from: here)
    #expect(answer.hasPrefix("d14:failure reason20:only GET is answered8:"))
  }
}

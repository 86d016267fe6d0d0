// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import SwarmClient
import Testing
import TorrentMetadata

@Suite("An announce over HTTP") struct TrackerRequestTests {
  private func request() throws -> TrackerRequest {
    let torrent = try #require(TorrentID(hex: "00ff2b2d7e41000102030405060708090a0b0c0d"))
    return TrackerRequest(
      torrent: torrent, peerID: Array("-AT0001-abcdefghijkl".utf8), port: 6881)
  }

  private func query(_ request: TrackerRequest, at tracker: String) throws -> String {
    let url = try #require(AbsoluteURL(tracker))
    return try #require(request.url(at: url)).target
  }

  @Test("has the parameters of BEP 3 and 23, bytes percent-encoded")
  func parameters() throws {
    var request = try request()
    request.uploaded = 1
    request.downloaded = 2
    request.left = 3
    request.event = .started
    request.count = 5
    request.key = 0xDEAD_BEEF
    #expect(
      try query(request, at: "http://t.example/announce")
        == "/announce?info_hash=%00%FF%2B-~A%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D"
        + "&peer_id=-AT0001-abcdefghijkl&port=6881&uploaded=1&downloaded=2&left=3&compact=1"
        + "&key=deadbeef&event=started&numwant=5")
  }

  @Test("names no event where there is none")
  func noEvent() throws {
    #expect(try !query(request(), at: "http://t.example/announce").contains("event"))
  }

  @Test("goes behind a query that is there already")
  func passkey() throws {
    #expect(try query(request(), at: "https://t.example/a?k=1").hasPrefix("/a?k=1&info_hash="))
  }

  @Test("lists pieces as docs/protocol.md has it")
  func pieces() throws {
    var request = try request()
    request.offer = .have([PieceRange(0, 4), PieceRange(17, 17)])
    request.want = [PieceRange(9, 9)]
    #expect(
      try query(request, at: "http://t.example/announce").hasSuffix("&have=0-4,17&want=9"))
    request.offer = .have([])
    #expect(try query(request, at: "http://t.example/announce").contains("&have=&want"))
    request.offer = .more([PieceRange(5, 6)])
    #expect(try query(request, at: "http://t.example/announce").contains("&more=5-6&want"))
  }

  @Test("with many ranges is several, of which only the first replaces")
  func parts() throws {
    var request = try request()
    request.event = .started
    request.offer = .have((0..<5).map { PieceRange($0 * 2, $0 * 2) })
    request.want = [PieceRange(1, 1)]
    let parts = request.parts(limit: 2)
    #expect(
      parts.map(\.offer) == [
        .have([PieceRange(0, 0), PieceRange(2, 2)]),
        .more([PieceRange(4, 4), PieceRange(6, 6)]), .more([PieceRange(8, 8)]),
      ])
    #expect(parts.map(\.event) == [.started, .none, .none])
    #expect(parts.map(\.want.count) == [1, 0, 0])
  }

  @Test("looks for no more pieces than a tracker looks up")
  func wants() throws {
    var request = try request()
    request.want = (0..<100).map { PieceRange($0 * 2, $0 * 2) }
    #expect(request.parts(limit: 300)[0].want.count == 32)
  }

  @Test("fits a URL with as many ranges as a part may have")
  func longest() throws {
    var request = try request()
    let top = UInt32.max - 10_000
    request.offer = .have((0..<1000).map { PieceRange(top + $0 * 4, top + $0 * 4 + 1) })
    request.want = (0..<32).map { PieceRange(top + $0 * 4, top + $0 * 4 + 1) }
    let tracker = try #require(AbsoluteURL("http://tracker.example/announce"))
    for part in request.parts(limit: TrackerRequest.maximumRanges.http) {
      #expect(part.url(at: tracker) != nil)
    }
  }
}

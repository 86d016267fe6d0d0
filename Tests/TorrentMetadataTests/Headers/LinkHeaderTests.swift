// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A Link header")
struct LinkHeaderTests {
  private func url(_ text: String) throws -> AbsoluteURL { try #require(AbsoluteURL(text)) }

  @Test("is written as RFC 6249 has it")
  func written() throws {
    #expect(
      try LinkHeader(
        duplicate: url("http://www2.example.com/example.ext"), priority: 1, location: "GB")?
        .description == "<http://www2.example.com/example.ext>; rel=duplicate; pri=1; geo=gb")
    #expect(
      try LinkHeader(description: url("http://example.com/example.ext.torrent"), type: .torrent)
        .description
        == "<http://example.com/example.ext.torrent>; rel=describedby; type=\"application/x-bittorrent\""
    )
  }

  @Test("has priorities and locations in bounds")
  func bounds() throws {
    #expect(try LinkHeader(duplicate: url("http://a"), priority: 0) == nil)
    #expect(try LinkHeader(duplicate: url("http://a"), priority: 1_000_000) == nil)
    #expect(try LinkHeader(duplicate: url("http://a"), location: "deu") == nil)
  }

  @Test("is read with all its links")
  func read() throws {
    let links = try LinkHeader.parse(
      """
      <http://a/x>; rel=duplicate; pri=2; geo=de, <http://b/x,y>;rel="duplicate", \
      <http://c/x.meta4> ; rel = describedby; type="application/metalink4+xml",, \
      <http://d>; rel=next, <x>; rel=duplicate
      """)
    #expect(links.map(\.url.string) == ["http://a/x", "http://b/x,y", "http://c/x.meta4"])
    #expect(links.map(\.relation) == [.duplicate, .duplicate, .describedBy])
    #expect(links.map(\.priority) == [2, nil, nil])
    #expect(links.map(\.location) == ["de", nil, nil])
    #expect(links.map(\.type) == [nil, nil, "application/metalink4+xml"])
  }

  @Test("is written so that it reads the same")
  func roundTrip() throws {
    let links = try [
      #require(LinkHeader(duplicate: url("http://a/x"), priority: 7, location: "de")),
      LinkHeader(description: url("http://a/x.meta4"), type: .metalink),
    ]
    #expect(try LinkHeader.parse(links.map(\.description).joined(separator: ", ")) == links)
  }

  @Test(
    "that is malformed is refused",
    arguments: ["http://a", "<http://a", "<http://a> rel=duplicate", "<http://a>; rel=\"dup"])
  func malformed(value: String) {
    #expect(throws: ArchiveError.self) { try LinkHeader.parse(value) }
  }
}

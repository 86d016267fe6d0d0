// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A magnet link")
struct MagnetLinkTests {
  // Of BEP 52's hybrid example.
  private static let v1 = "631a31dd0a46257d5078c0dee4e66e26f73e42ac"
  private static let v2 = "d8dd32ac93357c368556af3ac1d95c9d76bd0dff6fa9833ecdac3d53134efabb"

  private func error(_ text: String) -> String? {
    do throws(ArchiveError) {
      _ = try MagnetLink(text)
      return nil
    } catch {
      return String(error.reason.dropFirst("the magnet link: ".count))
    }
  }

  @Test("of BEP 52 is read")
  func bep52() throws {
    let link = try MagnetLink(
      "magnet:?xt=urn:btih:\(Self.v1)&xt=urn:btmh:1220\(Self.v2)&dn=bittorrent-v1-v2-hybrid-test")
    #expect(link.v1Hash?.description == Self.v1)
    #expect(link.v2Hash?.description == Self.v2)
    #expect(link.name?.string == "bittorrent-v1-v2-hybrid-test")
  }

  @Test("gives its hash in hexadecimal or base32 of either case")
  func base32() throws {
    let expected = InfoHash(hex: Self.v1)
    // By base64.b32encode of Python.
    for hash in ["MMNDDXIKIYSX2UDYYDPOJZTOE33T4QVM", "mmnddxikiysx2udyydpojztoe33t4qvm"] {
      #expect(try MagnetLink("magnet:?xt=urn:btih:\(hash)").v1Hash == expected)
    }
    #expect(try MagnetLink("MAGNET:?xt=URN:BTIH:\(Self.v1.uppercased())").v1Hash == expected)
  }

  @Test("tells all that BEP 9 and 53 know")
  func parameters() throws {
    let link = try MagnetLink(
      "magnet:?xt=urn:btih:\(Self.v1)&xl=12&tr=http%3A%2F%2Ft%2Fa%3Fb%3D1%26c&tr.1=udp://u:1"
        + "&ws=http%3a%2f%2fm%2fg%252B%252B+.deb&as=http://m/x&x.pe=1.2.3.4:5&x.pe=[::1]:6"
        + "&so=0,2,4-6&kt=word&xt=urn:ed2k:1")
    #expect(link.size == ByteCount(12))
    #expect(link.trackers.map(\.string) == ["http://t/a?b=1&c", "udp://u:1"])
    #expect(link.webSeeds.map(\.string) == ["http://m/g%2B%2B+.deb"])
    #expect(link.sources.map(\.string) == ["http://m/x"])
    #expect(link.peers.map(\.description) == ["1.2.3.4:5", "[::1]:6"])
    #expect(link.selected == [0...0, 2...2, 4...6])
    #expect(link.otherKeys == ["kt", "xt"])
  }

  @Test("takes a plus in a name for a blank, as web forms write it")
  func plus() throws {
    let link = try MagnetLink("magnet:?xt=urn:btih:\(Self.v1)&dn=g%2B%2B+x%20y")
    #expect(link.name?.string == "g++ x y")
  }

  @Test("is written so that it reads the same")
  func roundTrip() throws {
    var link = MagnetLink()
    link.v1Hash = InfoHash(hex: Self.v1)
    link.v2Hash = SHA256Digest(hex: Self.v2)
    link.name = try ArchivePath("g++ ~1%2b &=ä.deb")
    link.size = ByteCount(98309)
    link.trackers = try [#require(AbsoluteURL("http://t/a?b=1&c=2"))]
    link.webSeeds = try [#require(AbsoluteURL("http://m/g%2B%2B.deb"))]
    link.sources = link.webSeeds
    link.peers = try [#require(PeerAddress("[2001:db8::1]:80")), #require(PeerAddress("a.b:1"))]
    link.selected = [0...3, 7...7]
    #expect(
      link.description == "magnet:?xt=urn:btih:\(Self.v1)&xt=urn:btmh:1220\(Self.v2)"
        + "&dn=g%2B%2B%20~1%252b%20%26%3D%C3%A4.deb&xl=98309&tr=http%3A%2F%2Ft%2Fa%3Fb%3D1%26c%3D2"
        + "&ws=http%3A%2F%2Fm%2Fg%252B%252B.deb&as=http%3A%2F%2Fm%2Fg%252B%252B.deb"
        + "&x.pe=%5B2001%3Adb8%3A%3A1%5D%3A80&x.pe=a.b%3A1&so=0-3,7")
    #expect(try MagnetLink(link.description) == link)
  }

  @Test("is made of a torrent")
  func torrent() throws {
    let torrent = try Fixture.metainfo("libtorrent-hybrid-single")
    let link = MagnetLink(torrent)
    #expect(link.v1Hash == torrent.info.v1Hash)
    #expect(link.v2Hash == torrent.info.v2Hash)
    #expect(link.name?.string == Fixture.single.name)
    #expect(link.size == Fixture.single.size)
    #expect(link.trackers.map(\.string) == Fixture.trackers)
    #expect(link.webSeeds.map(\.string) == torrent.webSeeds)
    #expect(try MagnetLink(link.description) == link)
  }

  @Test(
    "that is malformed is refused",
    arguments: [
      ("", "expected 'magnet:?'"),
      ("http://a", "expected 'magnet:?'"),
      ("magnet:?", "expected 'xt' with 'urn:btih:' or 'urn:btmh:'"),
      ("magnet:?xt=urn:sha1:abc", "expected 'xt' with 'urn:btih:' or 'urn:btmh:'"),
      (
        "magnet:?xt=urn:btih:abc",
        "'urn:btih:abc' is no info hash of 40 hexadecimal or 32 base32 digits"
      ),
      (
        "magnet:?xt=urn:btmh:1114\(v1)",
        "'urn:btmh:1114\(v1)' is no multihash of SHA-256: 1220 and 64 digits"
      ),
      ("magnet:?dn=%", "'dn' has a '%' without two digits behind it"),
      ("magnet:?dn=%FF", "'dn' is not UTF-8"),
      ("magnet:?dn=..", "'dn': the path has a '.' or '..' component"),
      ("magnet:?dn=%2Fetc%2Fpasswd", "'dn' is a path, expected a name"),
      ("magnet:?dn=a%00", "'dn': the path has a control character"),
      ("magnet:?xl=-1", "'xl' is '-1', expected a number"),
      ("magnet:?xl=99999999999999999999", "'xl' is '99999999999999999999', expected a number"),
      ("magnet:?xl=1&xl=2", "'xl' is given twice"),
      ("magnet:?tr=a", "'tr' is 'a', expected a URL"),
      ("magnet:?ws=http%3A%2F%2F", "'ws' is 'http://', expected a URL"),
      ("magnet:?x.pe=1.2.3.4", "'x.pe' is '1.2.3.4', expected host and port"),
      ("magnet:?so=", "'so' has '', expected a number or two with '-'"),
      ("magnet:?so=3-1", "'so' has '3-1', expected a number or two with '-'"),
      ("magnet:?so=1,,2", "'so' has '', expected a number or two with '-'"),
      ("magnet:?so=0-99999999999", "'so' has '0-99999999999', expected a number or two with '-'"),
      (
        "magnet:?xt=urn:btih:\(v1)&xt=urn:btih:\(v1.reversed().map(String.init).joined())",
        "'xt=urn:btih' is given twice"
      ),
    ])
  func malformed(text: String, reason: String) {
    #expect(error(text) == reason)
  }

  @Test("is no longer than its limit")
  func limit() {
    let long = "magnet:?xt=urn:btih:\(Self.v1)&kt=" + String(repeating: "a", count: 1 << 16)
    #expect(error(long)?.hasSuffix("expected no more than 65536") == true)
  }
}

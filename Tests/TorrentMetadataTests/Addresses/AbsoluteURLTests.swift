// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("An absolute URL")
struct AbsoluteURLTests {
  @Test(
    "has a scheme and a host",
    arguments: [
      "http://a", "https://deb.debian.org/debian/", "udp://t.example:6969", "ftp://u:p@h/x",
      "http://[2001:db8::1]:80/%C3%A4?q=1#f", "HTTP://A/", "http://h:/x",
    ])
  func sound(string: String) {
    #expect(AbsoluteURL(string)?.string == string)
  }

  @Test(
    "is not anything else",
    arguments: [
      "", "http", "http:", "http:/a", "http://", "http:///x", "//a/b", "/a", "a.deb", "1http://a",
      "http://a b", "http://a/<x>", "http://a/\u{1}", "http://ä/", "http://a/%4", "http://a/%zz",
      "http://a:99999/", "http://a:x/", "http://[::1/", "http://a]/", "http://:80/", "://a",
      "http://a/" + String(repeating: "x", count: 8192),
    ])
  func unsound(string: String) {
    #expect(AbsoluteURL(string) == nil)
  }

  @Test("knows what its scheme is good for")
  func schemes() {
    #expect(AbsoluteURL("HTTP://a")?.scheme == "http")
    #expect(AbsoluteURL("ftp://a")?.isFetchable == true)
    #expect(AbsoluteURL("udp://a")?.isFetchable == false)
    #expect(AbsoluteURL("udp://a")?.isTracker == true)
    #expect(AbsoluteURL("file://a/b")?.isTracker == false)
  }

  @Test(
    "has the host that requests for it name",
    arguments: [
      ("http://Mirror.example.org/debian/", "mirror.example.org"),
      ("HTTP://mirror.example.org:80", "mirror.example.org"),
      ("http://mirror.example.org:443/", "mirror.example.org:443"),
      ("https://mirror.example.org:443?x", "mirror.example.org"),
      ("http://user:word@mirror.example.org:8080/", "mirror.example.org:8080"),
      ("http://[2001:DB8::1]:80/", "[2001:db8::1]"),
    ])
  func host(string: String, host: String) {
    #expect(AbsoluteURL(string)?.host == host)
  }

  @Test("goes on with a path, of which odd characters are encoded")
  func appending() throws {
    let path = try ArchivePath("pool/g++ ~1%2b_ä.deb")
    for root in ["http://m/debian", "http://m/debian/"] {
      #expect(
        AbsoluteURL(root)?.appending(path).string
          == "http://m/debian/pool/g%2B%2B%20~1%252b_%C3%A4.deb")
    }
  }
}

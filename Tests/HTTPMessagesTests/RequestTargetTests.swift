// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import HTTPMessages
import Testing

/// RFC 9112 section 3.2 and RFC 3986 section 2.1.
struct RequestTargetTests {
  @Test(arguments: [
    ("/dists/stable/InRelease", "dists/stable/InRelease"),
    ("/pool/a/a_1%2b2%7erc1.deb", "pool/a/a_1+2~rc1.deb"),
    ("/pool/a/a_1%2B2%7Erc1.deb", "pool/a/a_1+2~rc1.deb"),
    ("/pool/a/a+b~c", "pool/a/a+b~c"),
    ("/pool/a%2fb", "pool/a/b"), ("/pool/a?query=../..", "pool/a"), ("/pool/a%3fb?c", "pool/a?b"),
    ("/pool/%c3%a4", "pool/ä"), ("/pool/...", "pool/..."),
    ("http://archive.example/dists/x", "dists/x"), ("HTTP://a:80/dists/x?y", "dists/x"),
  ])
  func decodes(target: String, path: String) throws {
    #expect(try RequestTarget(target).path?.string == path)
  }

  @Test(arguments: [
    ("/", nil), ("/?x", nil), ("http://a", nil), ("http://a/", nil), ("/pool/", "pool"),
    ("/pool/main%2f", "pool/main"),
  ])
  func namesADirectory(target: String, path: String?) throws {
    let target = try RequestTarget(target)
    #expect(target.isDirectory)
    #expect(target.path?.string == path)
  }

  @Test func readsTheQuery() throws {
    let target = try RequestTarget("/a.torrent?x=1&format=v2&format=v1&y=%zz")
    #expect(target.parameter("format") == "v2")
    #expect(target.parameter("y") == nil)
    #expect(target.parameter("z") == nil)
  }

  @Test(arguments: [
    "", "*", "dists/x", "archive.example:443", "ftp://a/dists/x", "/pool/%", "/pool/%2",
    "/pool/%zz", "/pool/%+1", "/../etc/passwd", "/pool/../../etc/passwd", "/pool/%2e%2e/x",
    "/pool/..%2fx", "/pool/./x", "/pool/a%00b", "/pool/a%0ab", "/pool/%ff", "/pool/%c3",
  ])
  func refusesTheMalformed(target: String) {
    #expect(throws: RequestTarget.Refusal.malformed) { try RequestTarget(target) }
  }

  @Test(arguments: [
    "//", "//etc/passwd", "/pool//x", "/pool//", "/%2fetc/passwd",
    "/" + String(repeating: "a", count: 256),
  ])
  func findsNoFile(target: String) {
    #expect(throws: RequestTarget.Refusal.absent) { try RequestTarget(target) }
  }
}

// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPMessages
import Seeder
import Testing

/// The server as curl sees it.
struct CurlTests {
  @Test func get() async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url("pool/main/f/foo/foo_1.0%7erc1%2bb1_amd64.deb"))
      #expect(reply.status == 200)
      #expect(reply.content == TestArchive.packageBytes)
      #expect(reply["Content-Length"] == "10000")
      #expect(reply["Content-Type"] == "application/vnd.debian.binary-package")
      #expect(reply["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT")
      #expect(reply["Accept-Ranges"] == "bytes")
      #expect(reply["Date"].flatMap { HTTPDate($0, now: .now) } != nil)
      #expect(reply["ETag"].flatMap { EntityTag($0) }?.isWeak == false)
      #expect(reply["Content-Encoding"] == nil)
      #expect(reply["Transfer-Encoding"] == nil)
    }
  }

  /// What is open already is answered without a copy of the request, whose bytes the end of the
  /// connection takes away.
  @Test(arguments: ["pool/main/f/foo/foo_1.0%7erc1%2bb1_amd64.deb", TestArchive.large])
  func theLastRequestOfAConnectionForAFileThatIsOpen(path: String) async throws {
    try await withSeeder { seeder in
      for _ in 0..<3 {
        let reply = try await curl("-H", "Connection: close", url: seeder.url(path))
        #expect(reply.status == 200 && reply["Connection"] == "close")
        #expect(reply["Content-Length"] == "\(reply.content.count)")
      }
    }
  }

  @Test func getOfOtherFiles() async throws {
    try await withSeeder { seeder in
      let gzip = try await curl(url: seeder.url("dists/bookworm/Packages.gz?query"))
      #expect(gzip["Content-Type"] == "application/gzip")
      #expect(gzip["Content-Encoding"] == nil)
      let empty = try await curl(url: seeder.url("dists/bookworm/empty"))
      #expect(empty.status == 200)
      #expect(empty["Content-Length"] == "0")
      let large = try await curl(url: seeder.url(TestArchive.large))
      #expect(large.content.count == TestArchive.largeSize)
      let linked = try await curl(url: seeder.url("dists/stable/InRelease"))
      #expect(linked.text == "of the archive\n")
    }
  }

  @Test func head() async throws {
    try await withSeeder { seeder in
      let reply = try await curl("-I", "-r", "0-9", url: seeder.url(TestArchive.package))
      #expect(reply.status == 200)
      #expect(reply["Content-Length"] == "10000")
      #expect(reply.content.isEmpty)
      let missing = try await curl("-I", url: seeder.url("pool/none"))
      #expect(missing.status == 404)
      #expect(missing["Content-Length"] != "0")
    }
  }

  @Test(arguments: [
    ("100-199", 206, 100..<200, "bytes 100-199/10000"),
    ("9990-", 206, 9990..<10000, "bytes 9990-9999/10000"),
    ("-5", 206, 9995..<10000, "bytes 9995-9999/10000"),
    ("0-1,5-6", 206, 0..<7, "bytes 0-6/10000"),
  ])
  func range(
    range: String, status: Int, bytes: Range<Int>, contentRange: String?
  ) async throws {
    try await withSeeder { seeder in
      let reply = try await curl("-r", range, url: seeder.url(TestArchive.package))
      #expect(reply.status == status)
      #expect(reply.content == TestArchive.packageBytes[bytes])
      #expect(reply["Content-Range"] == contentRange)
      #expect(reply["Content-Length"] == "\(bytes.count)")
    }
  }

  @Test func rangeBeyondTheEnd() async throws {
    try await withSeeder { seeder in
      let reply = try await curl("-r", "10000-", url: seeder.url(TestArchive.package))
      #expect(reply.status == 416)
      #expect(reply["Content-Range"] == "bytes */10000")
    }
  }

  @Test func resumesOnlyTheSameFile() async throws {
    try await withSeeder { seeder in
      let url = seeder.url(TestArchive.package)
      let modified = "Sun, 06 Nov 1994 08:49:37 GMT"
      let same = try await curl("-H", "If-Range: \(modified)", "-r", "9999-", url: url)
      #expect(same.status == 206)
      let other = try await curl(
        "-H", "If-Range: Sun, 06 Nov 1994 08:49:38 GMT", "-r", "9999-", url: url)
      #expect(other.status == 200)
      #expect(other.content == TestArchive.packageBytes)
    }
  }

  @Test func notModified() async throws {
    var limits = SeederLimits()
    // The name is looked at with each request.
    limits.validation = 0
    try await withSeeder(limits: limits) { seeder in
      let url = seeder.url(TestArchive.package)
      let tag = try #require(try await curl(url: url)["ETag"])
      for field in ["If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT", "If-None-Match: \(tag)"] {
        let reply = try await curl("-H", field, url: url)
        #expect(reply.status == 304)
        #expect(reply.content.isEmpty)
        #expect(reply["ETag"] == tag)
      }
      // The same size and date in another file is another file.
      try FileManager.default.removeItem(at: seeder.archive.url("archive/\(TestArchive.package)"))
      try seeder.archive.write("archive/pool/next", Data("held, for its inode".utf8))
      try seeder.archive.write("archive/\(TestArchive.package)", TestArchive.packageBytes)
      let swapped = try await curl("-H", "If-None-Match: \(tag)", url: url)
      #expect(swapped.status == 200)
    }
  }

  @Test func twoFilesOverOneConnection() async throws {
    try await withSeeder { seeder in
      let output = try await curlOutput([
        "-w", "%{http_code} %{num_connects}\n", "-o", "/dev/null", "-o", "/dev/null", "-o",
        "/dev/null", seeder.url(TestArchive.package), seeder.url("none"),
        seeder.url(TestArchive.large),
      ])
      #expect(String(decoding: output, as: UTF8.self) == "200 1\n404 0\n200 0\n")
    }
  }

  @Test func otherMethods() async throws {
    try await withSeeder { seeder in
      for arguments in [["-X", "DELETE"], ["-d", "some content"]] {
        let output = try await curlOutput(["-i"] + arguments + [seeder.url(TestArchive.package)])
        let reply = try CurlReply(output)
        #expect(reply.status == 405)
        #expect(reply["Allow"] == "GET, HEAD, OPTIONS")
      }
      let options = try await curl("-X", "OPTIONS", url: seeder.url(TestArchive.package))
      #expect(options.status == 204)
      #expect(options["Allow"] == "GET, HEAD, OPTIONS")
    }
  }

  @Test func asAProxyWouldAsk() async throws {
    try await withSeeder { seeder in
      let target = "http://archive.example/dists/stable/InRelease"
      let reply = try await curl("--request-target", target, url: seeder.url(""))
      #expect(reply.text == "of the archive\n")
    }
  }

  private static let unknown = [
    "content/sha256/" + String(repeating: "0a", count: 32),
    "pieces/" + String(repeating: "0b", count: 20),
    "pieces/" + String(repeating: "0b", count: 20) + "/7", TestArchive.package + ".torrent",
  ]

  @Test(arguments: unknown)
  func whatTheLedgerMayHaveIsToBeAskedForAgainUntilItIsRead(path: String) async throws {
    let place = try TestArchive()
    try place.write("state/ledger.sqlite", Data("no ledger".utf8))
    let state = "\(place.directory)/state"
    try await withSeeder(configuredBy: { $0.state = state }) { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 503 && reply["Retry-After"] == "1")
      let missing = try await curl(url: seeder.url("pool/none"))
      #expect(missing.status == 404)
    }
  }

  @Test(arguments: unknown)
  func withoutALedgerNothingIsKnown(path: String) async throws {
    try await withSeeder { seeder in
      let reply = try await curl(url: seeder.url(path))
      #expect(reply.status == 404)
    }
  }

  @Test func overIPv6() async throws {
    try await withSeeder(on: "[::1]:0") { seeder in
      #expect(seeder.address.hasPrefix("[::1]:"))
      let reply = try await curl("-g", url: seeder.url("dists/stable/InRelease"))
      #expect(reply.status == 200)
    }
  }
}

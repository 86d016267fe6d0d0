// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeder
import Testing

/// Clients that send what is meant for others: headers, log lines, addresses.
struct InjectionTests {
  @Test func noTargetWritesAField() async throws {
    try await withSeeder(configuredBy: { $0.listings = true }) { seeder in
      let directory = "pool/main%0d%0aSet-Cookie:%20a=b"
      for path in [directory, "\(directory)/", "pool/main/%0aX", "content/sha256/%0d%0aX", "a%0d"] {
        let reply = try await curl(url: seeder.url(path))
        #expect([400, 404].contains(reply.status), "\(path)")
        #expect(reply["Set-Cookie"] == nil)
        #expect(reply["Location"] == nil)
      }
    }
  }

  @Test func noHostIsAnswered() async throws {
    try await withSeeder(configuredBy: { $0.listings = true }) { seeder in
      let reply = try await curl("-H", "Host: evil.example", url: seeder.url("pool/main"))
      #expect(reply.status == 301)
      #expect(reply["Location"] == "/pool/main/")
      #expect(!reply.text.contains("evil.example"))
    }
  }

  /// A page elsewhere whose name was made to resolve to this machine reads nothing of what only
  /// operators may.
  @Test func noNameOfOthersReadsTheAdminPages() async throws {
    try await withSeeder(
      configuredBy: { $0.admin = try ListenAddress("127.0.0.1:0") }
    ) { seeder in
      let admin = try #require(seeder.addresses.last)
      for path in ["healthz", "metrics", "status", "none"] {
        let reply = try await curl("-H", "Host: evil.example", url: "http://\(admin)/\(path)")
        #expect(reply.status == 403)
        #expect(!reply.text.contains("archive_tool"))
      }
      for host in ["localhost", "127.0.0.1:1"] {
        let reply = try await curl("-H", "Host: \(host)", url: "http://\(admin)/healthz")
        #expect(reply.status == 200)
      }
      let changed = try await curl("-X", "POST", "-d", "x", url: "http://\(admin)/status")
      #expect(changed.status == 405)
    }
  }

  /// A line has the address of the connection, whatever fields name another, and is one line.
  @Test func noLineIsForged() async throws {
    let log = FileManager.default.temporaryDirectory.appending(path: "access-\(UUID()).log").path
    defer { try? FileManager.default.removeItem(atPath: log) }
    try await withSeeder(configuredBy: { $0.accessLog = log }) { seeder in
      _ = try await curl(
        "-H", "X-Forwarded-For: 192.0.2.66", "-H", "X-Real-IP: 192.0.2.66",
        "-H", "Forwarded: for=192.0.2.66", "-H", "Referer: \u{202E}",
        "-A", "x\" 200 1 \"\u{9B}31m\\",
        url: seeder.url("none?%0d%0a192.0.2.66"))
      // A control character is no part of a request.
      let refused = try await curl("-H", "Referer: \u{1B}]0;title\u{7}", url: seeder.url("none"))
      #expect(refused.status == 400)
    }
    let text = try String(contentsOfFile: log, encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first)
    #expect(line.hasPrefix("127.0.0.1 - - ["))
    #expect(line.contains("] \"GET /none?%0d%0a192.0.2.66 HTTP/1.1\" 404 "))
    #expect(
      line.hasSuffix(" \"\\xe2\\x80\\xae\" \"x\\x22 200 1 \\x22\\xc2\\x9b31m\\x5c\""), "\(line)")
    #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
  }
}

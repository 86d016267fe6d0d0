// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import HTTPMessages
import Seeder
import Testing

/// TLS, and HTTP/1.1 and HTTP/2 within it, as curl sees them.
struct SecureTests {
  /// A certificate that signs itself, for this run alone.
  private func withSecureSeeder(
    limits: SeederLimits = SeederLimits(), _ body: (RunningSeeder, String) async throws -> Void
  ) async throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("seeder-tls-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    let (certificate, key) = (directory.path + "/c.pem", directory.path + "/k.pem")
    try await run([
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
      "/CN=localhost", "-keyout", key, "-out", certificate,
    ])
    let listen = try ListenAddress("127.0.0.1:0")
    try await withSeeder(
      limits: limits,
      configuredBy: {
        $0.tls = TLSFiles(certificate: certificate, key: key, addresses: [listen])
        $0.admin = listen
      }
    ) { seeder in
      let address = try #require(seeder.addresses.dropFirst().first)
      try await body(seeder, "https://\(address)")
    }
  }

  private func run(_ arguments: [String]) async throws {
    let status = try await offPool {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = arguments
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      return process.terminationStatus
    }
    #expect(status == 0, "\(arguments[0])")
  }

  @Test(arguments: ["--http1.1", "--http2"])
  func serves(version: String) async throws {
    try await withSecureSeeder { _, url in
      let small = try await curl("-k", version, url: "\(url)/\(TestArchive.package)")
      #expect(small.status == 200)
      #expect(small.content == TestArchive.packageBytes)
      #expect(small["Content-Length"] == "10000")
      let part = try await curl("-k", version, "-r", "5-9", url: "\(url)/\(TestArchive.package)")
      #expect(part.status == 206)
      #expect(part.content == TestArchive.packageBytes[5..<10])
      let head = try await curl("-k", version, "-I", url: "\(url)/\(TestArchive.package)")
      #expect(head.status == 200)
      let tag = try #require(small["ETag"])
      let same = try await curl(
        "-k", version, "-H", "If-None-Match: \(tag)", url: "\(url)/\(TestArchive.package)")
      #expect(same.status == 304)
      let missing = try await curl("-k", version, url: "\(url)/none")
      #expect(missing.status == 404)
      let large = try await curl("-k", version, url: "\(url)/\(TestArchive.large)")
      #expect(large.content.count == TestArchive.largeSize)
    }
  }

  @Test func http2IsAgreedOn() async throws {
    try await withSecureSeeder { _, url in
      let output = try await curlOutput([
        "-k", "-w", "%{http_version}", "-o", "/dev/null", "\(url)/\(TestArchive.package)",
      ])
      #expect(String(decoding: output, as: UTF8.self) == "2")
    }
  }

  @Test(arguments: ["--http1.1", "--http2"])
  func boundsContent(version: String) async throws {
    try await withSecureSeeder { _, url in
      let reply = try await curl(
        "-k", version, "-H", "Expect:", "-d", String(repeating: "1 ", count: 40_000),
        url: "\(url)/pieces/\(String(repeating: "0", count: 40))")
      #expect(reply.status == 413)
    }
  }

  /// What a connection has paid for, the next response on it waits for: four files of 10,000 bytes
  /// at 20,000 a second, a quarter of a second of which is saved up.
  @Test(arguments: ["--http1.1", "--http2"])
  func aConnectionKeepsToItsRate(version: String) async throws {
    var limits = SeederLimits()
    limits.connectionBandwidth = ByteCount(20_000)
    try await withSecureSeeder(limits: limits) { _, url in
      let file = "\(url)/\(TestArchive.package)"
      let begin = ContinuousClock.now
      let output = try await curlOutput(["-k", version, file, file, file, file])
      #expect(output.count == 40_000)
      #expect(ContinuousClock.now - begin > .milliseconds(900))
    }
  }

  /// curl stops reading when it has more than the rate allows; nothing moves from then on.
  @Test(arguments: ["--http1.1", "--http2"])
  func aResponseThatIsNotReadIsEnded(version: String) async throws {
    var limits = SeederLimits()
    limits.stalled = .milliseconds(300)
    try await withSecureSeeder(limits: limits) { seeder, url in
      let metrics = "http://\(try #require(seeder.addresses.last))/metrics"
      async let reader = try? curlOutput([
        "-k", version, "--limit-rate", "1", "--max-time", "3", "\(url)/\(TestArchive.large)",
      ])
      var ended = false
      for _ in 0..<28 where !ended {
        try await Task.sleep(for: .milliseconds(100))
        let page = String(decoding: try await curlOutput([metrics]), as: UTF8.self)
        ended = page.contains("archive_tool_http_timeouts_total 1\n")
      }
      #expect(ended)
      _ = await reader
    }
  }

  @Test func aKeyThatIsNoneIsAnErrorOfTheConfiguration() async throws {
    await #expect {
      try await withSeeder(configuredBy: {
        $0.tls = TLSFiles(certificate: "/dev/null", key: "/dev/null", addresses: $0.addresses)
      }) { _ in }
    } throws: {
      ($0 as? ArchiveError)?.code == .configuration
    }
  }
}

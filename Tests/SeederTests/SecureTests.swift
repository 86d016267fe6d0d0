// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import HTTPMessages
import Seeder
import Testing

/// TLS, and HTTP/1.1 and HTTP/2 within it, as curl sees them.
struct SecureTests {
  /// A certificate that signs itself, for this run alone.
  private func withSecureSeeder(_ body: (RunningSeeder, String) async throws -> Void) async throws {
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
    try await withSeeder(configuredBy: {
      $0.tls = TLSFiles(certificate: certificate, key: key, addresses: [listen])
    }) { seeder in
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

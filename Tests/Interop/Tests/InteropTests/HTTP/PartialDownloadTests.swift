// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Programs that download in parts get the file's bytes from `archive-tool seed`.
@Suite struct PartialDownloadTests {
  private static let package = "size-4718669"

  /// A seeder, and a file of several pieces with its bytes.
  private func served() throws -> (seeder: Seeder, path: String, bytes: [UInt8]) {
    let archive = try ObjectArchive.shared()
    let path = try #require(archive.files[Self.package]).path
    return (try archive.seeder(), path, try Files.read("\(archive.root)/\(path)"))
  }

  private func curl(_ arguments: String...) throws -> [UInt8] {
    try Command(["curl", "-q", "-sS", "--fail", "--noproxy", "*", "--max-time", "60"] + arguments)
      .check()
  }

  @Test(arguments: [1, 16_384, 4_718_668]) func curlResumes(from offset: Int) throws {
    let (seeder, path, bytes) = try served()
    let target = "\(try Scratch.directory("curl"))/file"
    try Files.write(Array(bytes[..<offset]), to: target)
    // How many bytes came now: not all of them again.
    let output = try curl(
      "-C", "-", "-w", "%{http_code} %{size_download}", "-o", target, "\(seeder.url)/\(path)")
    #expect(String(decoding: output, as: UTF8.self) == "206 \(bytes.count - offset)")
    #expect(try Files.read(target) == bytes)
    withExtendedLifetime(seeder) {}
  }

  @Test func curlFetchesRanges() throws {
    let (seeder, path, bytes) = try served()
    let url = "\(seeder.url)/\(path)"
    #expect(try curl("-r", "100000-699999", url) == Array(bytes[100_000..<700_000]))
    #expect(try curl("-r", "-77", url) == Array(bytes.suffix(77)))
    let several = try RawResponse(curl("-i", "-r", "0-99,1000000-1999999,-77", url))
    #expect(
      try HTTPOutcome(several, isHead: false, file: bytes)
        == .parts([0..<100, 1_000_000..<2_000_000, bytes.count - 77..<bytes.count]))
    withExtendedLifetime(seeder) {}
  }

  @Test func wgetResumes() throws {
    let (seeder, path, bytes) = try served()
    let target = "\(try Scratch.directory("wget"))/file"
    try Files.write(Array(bytes[..<1_000_000]), to: target)
    let outcome = try Command(
      "wget", "--no-config", "--no-proxy", "--tries=1", "-c", "-O", target,
      "\(seeder.url)/\(path)"
    ).run()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("206 Partial Content"))
    #expect(try Files.read(target) == bytes)
    // Nothing is left to fetch (416), which is no error.
    let again = try Command(
      "wget", "--no-config", "--no-proxy", "--tries=1", "-c", "-O", target,
      "\(seeder.url)/\(path)"
    ).run()
    #expect(again.status == 0, "\(again)")
    #expect(try Files.read(target) == bytes)
    withExtendedLifetime(seeder) {}
  }

  @Test func ariaSplitsOverEightConnections() throws {
    let archive = try ArchiveFixture()
    let bytes = DebianPackage.noise(24 << 20, seed: "large")
    try Files.write(bytes, to: "\(archive.archive)/pool/large")
    // Slow enough for all of them to begin before the first has ended.
    try archive.configure("Upload-Rate-Per-Connection: 4M")
    let directory = try Scratch.directory("aria")
    let log = "\(directory)/access.log"
    let seeder = try Seeder(archive, "--access-log", log)
    let outcome = try Command(
      "aria2c", "--no-conf", "--quiet", "-x", "8", "-s", "8", "-k", "1M", "--file-allocation=none",
      "--dir=\(directory)", "--out=file", "\(seeder.url)/pool/large"
    ).run()
    #expect(outcome.status == 0, "\(outcome)")
    #expect(try Files.read("\(directory)/file") == bytes)
    #expect(try seeder.stop().status == 0)
    let parts = try Files.text(log).split(separator: "\n").count { $0.contains("\" 206 ") }
    #expect(parts >= 7, "one may ask for the whole first; the others ask for a part")
  }
}

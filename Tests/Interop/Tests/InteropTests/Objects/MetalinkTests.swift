// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// aria2 fetches by our metalinks, whatever becomes of single mirrors.
@Suite struct MetalinkTests {
  /// A mirror that answers every request with some bytes of it flipped.
  private final class HostileMirror {
    let url: String
    private let process: RunningCommand

    init(_ root: String) throws {
      process = try Command(
        "/usr/bin/python3",
        "\(AptClient.repository)/Tests/Interop/Programs/hostile_mirror.py", root, "127.0.0.2"
      ).start()
      url = try process.listeningAddress(of: "the hostile mirror")
    }

    /// How often it lied.
    var answers: Int { process.errorsSoFar.split(separator: "\n").count - 1 }

    deinit {
      process.signal(SIGTERM)
      _ = try? process.wait()
    }
  }

  private func fetch(_ metalink: String, to directory: String) throws -> Outcome {
    try Command(
      "aria2c", "--no-conf", "--disable-ipv6", "--interface=127.0.0.1", "--file-allocation=none",
      "--follow-torrent=false", "--enable-dht=false", "--enable-dht6=false",
      "--dir=\(directory)", metalink
    ).run(within: .seconds(60))
  }

  /// One of several pieces, one with an odd name, one of a single piece. The mirrors have three
  /// addresses, for aria2 gives up all that share one with a mirror that served wrong bytes.
  @Test(arguments: ["fugue", "odd-all", "canon"])
  func ariaPassesADeadAndALyingMirror(package: String) throws {
    let archive = try ObjectArchive.shared()
    let file = try #require(archive.files[package])
    let good = try Nginx(archive.root, address: "127.0.0.3")
    let hostile = try HostileMirror(archive.root)
    let dead = "http://127.0.0.1:\(try FreePort.next())/"
    let directory = try Scratch.directory("metalink")
    try archive.check([
      "metalink", package, "-d", directory, "--mirror", "\(dead),1", "--mirror",
      "\(hostile.url),2,fr", "--mirror", "\(good.url),3,de",
    ])
    let outcome = try fetch("\(directory)/\(file.name).meta4", to: "\(directory)/saved")
    #expect(outcome.status == 0, "\(outcome)")
    let isRight = try Files.hashes([file.name], in: "\(directory)/saved")
      .values.elementsEqual(Files.hashes([file.path], in: archive.root).values)
    #expect(isRight)
    #expect(hostile.answers > 0, "nothing was asked of the mirror that lies: \(outcome)")
    #expect(try good.requests().contains { $0.path == file.path }, "\(outcome)")
    guard package == "fugue" else { return }
    let client = try DownloadClient.aria.version()
    try CompatibilityCell(client, "Metalink, one file", .loads, true).record()
    try CompatibilityCell(
      client, "Metalink, one file", .webSeed, outcome.status == 0 && isRight,
      note: "past a dead mirror and one that serves wrong bytes"
    ).record()
  }

  /// No mirror has the right bytes: better none than wrong ones.
  @Test func ariaTakesNoWrongBytes() throws {
    let archive = try ObjectArchive.shared()
    let file = try #require(archive.files["fugue"])
    let hostile = try HostileMirror(archive.root)
    let directory = try Scratch.directory("metalink")
    try archive.check(["metalink", "fugue", "-d", directory, "--mirror", "\(hostile.url),1"])
    let outcome = try fetch("\(directory)/\(file.name).meta4", to: "\(directory)/saved")
    #expect(outcome.status != 0, "\(outcome)")
    #expect(hostile.answers > 0)
  }
}

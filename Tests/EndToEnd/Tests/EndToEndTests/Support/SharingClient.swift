// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Glibc

/// A client of an archive that is left running, and where its peers find it.
final class SharingClient {
  /// Where it takes peers' connections.
  let listening: String
  let port: UInt16
  private let client: FetchClient
  private let process: RunningCommand
  private var isOver = false

  /// Begins to fetch `packages`.
  init(
    _ archive: ArchiveFixture, _ mirror: SeedProcess, name: String = "client",
    _ packages: [String], _ arguments: [String] = [], trusting key: Keys.Key? = nil
  ) throws {
    port = try FreePort.next()
    listening = "127.0.0.1:\(port)"
    var client = FetchClient(archive, mirror, name: name)
    if let key { client.keyrings.append(key.keyring) }
    client.options = [
      "--suite", archive.suite, "--architecture", "amd64", "--listen", listening, "--json",
    ]
    self.client = client
    process = try client.command(arguments + packages).start()
  }

  /// Whether peers can connect to it.
  var isListening: Bool { FreePort.answers(port) }

  /// Whether a file is there, whole.
  func has(_ package: DebianPackage) -> Bool { Files.exists(client.path(of: package)) }

  /// Whether some of a file is there, and not all.
  func isUnderWay(_ package: DebianPackage) -> Bool {
    let command = Command("stat", "--format", "%b", "\(client.path(of: package)).partial")
    guard !has(package), let outcome = try? command.run() else { return false }
    return outcome.status == 0 && outcome.output != "0\n"
  }

  /// Where a package is when it is there.
  func path(of package: DebianPackage) -> String { client.path(of: package) }

  /// Where a file of the overlay's suite is in its cache.
  func cached(_ name: String) -> String {
    let archive = Files.names(in: client.cache).first { $0.hasSuffix("_overlay") } ?? "none"
    return "\(client.cache)/\(archive)/dists/\(client.archive.suite)/\(name)"
  }

  /// What it has complained of.
  var errors: String { process.errorsSoFar }

  /// Tells one that shares that it may end, once it has said what became of its files.
  func stop() {
    try? waitUntil { process.outputSoFar.hasSuffix("\n") }
    process.signal(SIGTERM)
  }

  /// Waits for its end, and compares each file with the index that it was found in.
  ///
  /// - Throws: `FixtureError` when it failed, or a file is not what it should be.
  func finish() throws -> FetchClient.Report {
    isOver = true
    let outcome = try process.wait(within: .seconds(100))
    guard outcome.status == 0 else { throw FixtureError("fetch: \(outcome)") }
    let report = try JSONDecoder().decode(FetchClient.Report.self, from: Data(outcome.bytes))
    for file in report.files {
      let sum = try Command("sha256sum", file.path).check()
      guard String(decoding: sum, as: UTF8.self).hasPrefix(file.sha256) else {
        throw FixtureError("\(file.path) is not what its index says")
      }
    }
    return report
  }

  deinit {
    guard !isOver else { return }
    process.signal(SIGKILL)
    _ = try? process.wait(within: .seconds(5))
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// `archive-tool seed` with peers and a tracker on the network's tracker host, until this goes.
///
/// The tracker names the seeder by the address that it listens on: there is no other way to it.
final class PeerSeeder {
  // In a namespace of its own nobody else has them.
  private static let http = 8080
  private static let admin = 8081
  private static let peers = 6881
  private static let tracker = 6969

  let trackerURL: String
  private let network: TestNetwork
  private let process: RunningCommand
  private let host: String

  init(
    _ configuration: String, on network: TestNetwork, _ family: TestNetwork.Family = .v4
  ) throws {
    self.network = network
    host = family.tracker
    trackerURL = "http://\(host):\(Self.tracker)/announce"
    let seed = try Tool.command([
      "seed", "--config", configuration, "--http", "\(host):\(Self.http)", "--admin",
      "\(host):\(Self.admin)", "--peer", "\(host):\(Self.peers)", "--tracker-http",
      "\(host):\(Self.tracker)",
    ])
    process = try network.command(seed, on: .tracker).start()
    let isReady = Wait.until(within: .seconds(60)) { (self.metric("peer_info_hashes") ?? 0) > 0 }
    guard isReady else {
      stop()
      throw FixtureError("the seeder knows no torrents: \(process.errorsSoFar)")
    }
  }

  deinit { stop() }

  private func stop() {
    process.signal(SIGTERM)
    _ = try? process.wait(within: .seconds(10))
  }

  /// A number of the admin listener's, with its labels.
  func metric(_ name: String) -> Int? {
    let curl = Command(
      "curl", "-q", "-sS", "-g", "--max-time", "10", "http://\(host):\(Self.admin)/metrics")
    let text = (try? network.command(curl, on: .tracker).run().output) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("archive_tool_\(name) ") }
    return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) }
  }

  var errors: String { process.errorsSoFar }
}

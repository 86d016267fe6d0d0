// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Dispatch
import Glibc

/// `archive-tool track` on the network's tracker host, over HTTP and UDP, until this goes.
final class TrackerUnderTest {
  /// In a namespace of its own nobody else has it.
  private static let port = 6969

  private let network: TestNetwork
  private let process: RunningCommand
  private let address: String

  init(on network: TestNetwork, _ family: TestNetwork.Family) throws {
    self.network = network
    address = "\(family.tracker):\(Self.port)"
    let track = try Tool.command(["track", "--open", "--http", address, "--udp", address])
    process = try network.command(track, on: .tracker).start()
    let answers = Wait.until(within: .seconds(30)) {
      (try? self.fetch("/scrape").status) == 0
    }
    guard answers else {
      stop()
      throw FixtureError("the tracker does not answer on \(address): \(process.errorsSoFar)")
    }
  }

  deinit { stop() }

  private func stop() {
    process.signal(SIGTERM)
    _ = try? process.wait(within: .seconds(10))
  }

  /// What clients announce to.
  func url(_ transport: TrackerFormat.Transport) -> String {
    "\(transport == .http ? "http" : "udp")://\(address)/announce"
  }

  /// The numbers that a scrape (BEP 48, BEP 21) says of a torrent, by name; empty without an answer.
  func scrape(_ torrent: TrackedTorrent) -> [String: Int] {
    let answer = (try? fetch("/scrape?info_hash=\(torrent.query)").output) ?? ""
    var numbers: [String: Int] = [:]
    for name in ["complete", "downloaded", "downloaders", "incomplete"] {
      guard let found = answer.firstRange(of: "\(name.utf8.count):\(name)i") else { continue }
      numbers[name] = Int(answer[found.upperBound...].prefix { $0 != "e" })
    }
    return numbers
  }

  private func fetch(_ target: String) throws -> Outcome {
    try network.command(
      Command("curl", "-sS", "--globoff", "http://\(address)\(target)"), on: .tracker
    ).run()
  }
}

/// Waiting for what takes its time.
enum Wait {
  /// Whether it becomes true in time.
  static func until(within limit: Duration, _ isTrue: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while try !isTrue() {
      guard ContinuousClock.now < deadline else { return false }
      usleep(200_000)
    }
    return true
  }

  /// Does what waits most of its time on a thread of its own, so that as much as there is of it
  /// runs at once.
  static func aside<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try body() }) }
    }
  }
}

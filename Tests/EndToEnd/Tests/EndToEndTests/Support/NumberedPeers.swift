// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Glibc

/// Peers of the archive's amd64 torrent by Programs/numbered_peers.py, which shares no code with the
/// program.
final class NumberedPeers {
  /// What became of one of them.
  struct Account: Decodable {
    let nature: String
    /// How often it was asked for what it lies about; an honest one, for blocks.
    let asked: Int
    /// Bytes of blocks.
    let sent: Int
    let connections: Int
  }

  /// Where they listen.
  let addresses: [String]
  private let process: RunningCommand
  private var isOver = false

  init(_ archive: ArchiveFixture, _ natures: [String]) throws {
    let steps = "Tests/EndToEndTests/Support/NumberedPeers.swift"
    let program = "\(#filePath.dropLast(steps.count))Programs/numbered_peers.py"
    let process = try Command(
      ["/usr/bin/python3", "-B", program, archive.published, archive.archive, "amd64"] + natures
    ).start()
    self.process = process
    do {
      try waitUntil { process.errorsSoFar.hasSuffix("\n") }
      addresses = process.errorsSoFar.split(whereSeparator: \.isWhitespace).map(String.init)
      guard addresses.count == natures.count else { throw FixtureError(process.errorsSoFar) }
    } catch {
      process.signal(SIGKILL)
      throw error
    }
  }

  /// The options by which `fetch` meets all of them.
  var options: [String] { addresses.flatMap { ["--peer", $0] } }

  /// Ends them.
  func accounts() throws -> [Account] {
    isOver = true
    process.signal(SIGTERM)
    let outcome = try process.wait(within: .seconds(30))
    guard outcome.status == 0 else { throw FixtureError("\(outcome)") }
    return try JSONDecoder().decode([Account].self, from: Data(outcome.bytes))
  }

  deinit {
    guard !isOver else { return }
    process.signal(SIGKILL)
    _ = try? process.wait(within: .seconds(5))
  }
}

/// Waits for a condition for as long as a busy machine may take.
func waitUntil(line: Int = #line, _ condition: () throws -> Bool) throws {
  let end = ContinuousClock.now + .seconds(60)
  while try !condition() {
    guard ContinuousClock.now < end else {
      throw FixtureError("what line \(line) waits for does not come true")
    }
    usleep(20_000)
  }
}

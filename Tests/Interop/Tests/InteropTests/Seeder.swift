// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// `archive-tool seed` on a free loopback port, until this object goes.
final class Seeder {
  let url: String
  private let process: RunningCommand

  init(_ archive: ArchiveFixture, _ arguments: String...) throws {
    process = try Tool.command(
      ["seed", "--config", archive.configuration, "--http", "127.0.0.1:0"] + arguments
    ).start()
    url = try process.listeningAddress(of: "the seeder")
  }

  /// Ends it as a service manager does.
  func stop() throws -> Outcome {
    process.signal(SIGTERM)
    return try process.wait(within: .seconds(30))
  }

  deinit { _ = try? stop() }
}

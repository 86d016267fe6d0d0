// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

extension RunningCommand {
  /// The address that a server says it listens on; ends the server when it says none.
  func listeningAddress(of name: String) throws -> String {
    let begin = "listening on "
    for _ in 0..<3000 {
      let line = errorsSoFar.split(separator: "\n").first { $0.hasPrefix(begin) }
      if let line { return String(line.dropFirst(begin.count)) }
      usleep(10_000)
    }
    signal(SIGKILL)
    throw FixtureError("\(name) does not say where it listens: \(errorsSoFar)")
  }
}

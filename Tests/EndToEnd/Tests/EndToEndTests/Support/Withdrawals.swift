// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// A peer by Programs/withdrawals.py, and what it was told.
final class Withdrawals {
  private let process: RunningCommand

  init(_ archive: ArchiveFixture, port: UInt16) throws {
    let steps = "Tests/EndToEndTests/Support/Withdrawals.swift"
    let program = "\(#filePath.dropLast(steps.count))Programs/withdrawals.py"
    process = try Command([
      "/usr/bin/python3", "-B", program, archive.published, archive.archive, "amd64", "127.0.0.1",
      "\(port)",
    ]).start()
  }

  /// "connected", then the numbers, and "closed" at the end.
  var lines: [String] { process.outputSoFar.split(separator: "\n").map(String.init) }

  deinit {
    process.signal(SIGKILL)
    _ = try? process.wait(within: .seconds(5))
  }
}

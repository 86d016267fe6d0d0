// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// Debian's transmission-cli, which finds peers by trackers alone.
enum Transmission {
  /// Has it complete and offer a torrent.
  ///
  /// - Parameters:
  ///   - object: A torrent file, or a magnet link.
  ///   - directory: Where its data is, and where it puts what is missing.
  ///   - home: Where it keeps its own files.
  ///   - hasRandomPort: Whether it chooses a port, where several run on one host.
  /// - Returns: A command that runs until it is killed.
  /// - Throws: `FixtureError` when its settings cannot be written.
  static func command(
    _ object: String, in directory: String, home: String, hasRandomPort: Bool = false
  ) throws -> Command {
    try Files.write(
      """
      {
        "dht-enabled": false, "lpd-enabled": false, "pex-enabled": false, "utp-enabled": false,
        "port-forwarding-enabled": false, "peer-port-random-on-start": \(hasRandomPort),
        "message-level": 2
      }
      """, to: "\(home)/settings.json")
    // Now and then it ends by itself: when a magnet link has led to the torrent, or, on a machine
    // that is busy, as soon as it has begun.
    return Command(
      "sh", "-c", #"while transmission-cli "$@"; do sleep 1; done"#, "sh", "--config-dir", home,
      "--download-dir", directory, "--no-portmap", object)
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// What daemons tell a service manager that starts them with NOTIFY_SOCKET: sd_notify(3).
@Suite struct ServiceManagerTests {
  /// As systemd does with `Type=notify`: waits for a datagram, connects to what is then listened on,
  /// and ends the daemon.
  private static let manager = """
    import os, socket, subprocess, sys
    name, command = sys.argv[1], sys.argv[2:]
    ready = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ready.settimeout(60)
    ready.bind(name.replace("@", "\\0"))
    daemon = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": name})
    try:
        print(ready.recv(100).decode())
        for word in command:
            if word.startswith("unix:"):
                socket.socket(socket.AF_UNIX).connect(word[5:])
    finally:
        daemon.terminate()
    sys.exit(daemon.wait())
    """

  private func told(_ socket: String, _ arguments: String...) throws -> String {
    let command = ["/usr/bin/python3", "-c", Self.manager, socket, Tool.path] + arguments
    return String(decoding: try Command(command).check(), as: UTF8.self)
  }

  @Test func theSeederIsReadyWhenItListens() throws {
    let archive = try ArchiveFixture()
    let message = try told(
      "\(archive.directory)/notify", "seed", "--config", archive.configuration, "--http",
      "unix:\(archive.directory)/seed.sock")
    #expect(message == "READY=1\n")
  }

  @Test func theTrackerIsReadyAndKnowsAbstractNames() throws {
    let archive = try ArchiveFixture()
    let message = try told("@\(archive.directory)", "track", "--open", "--http", "127.0.0.1:0")
    #expect(message == "READY=1\n")
  }
}

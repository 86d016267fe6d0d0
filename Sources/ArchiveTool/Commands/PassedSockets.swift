// SPDX-License-Identifier: Apache-2.0

private import Glibc
internal import Seeder

/// Sockets that systemd has opened for us (sd_listen_fds(3)).
enum PassedSockets {
  /// The first descriptor that is passed.
  private static let first: Int32 = 3
  private static let most: Int32 = 1024

  /// The sockets, once: children must not take them for theirs.
  static func take() -> [ListenAddress] {
    defer { for name in ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] { unsetenv(name) } }
    guard value("LISTEN_PID") == getpid(), let count = value("LISTEN_FDS"),
      (1...most).contains(count)
    else { return [] }
    return (first..<first + count).map { number in
      _ = fcntl(number, F_SETFD, FD_CLOEXEC)
      return .inherited(number)
    }
  }

  private static func value(_ name: String) -> Int32? {
    getenv(name).flatMap { Int32(String(cString: $0)) }
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// A plain nginx over a directory, on a free loopback port and as whoever runs the tests, until
/// this object goes.
final class Nginx {
  /// One request that it answered.
  struct Request: Hashable {
    let path: String
    let status: Int
    /// Bytes of the body.
    let bytes: Int
    let agent: String
  }

  let url: String
  private let process: RunningCommand
  private let log: String

  init(_ root: String, address: String = "127.0.0.1") throws {
    let directory = try Scratch.directory("nginx")
    log = "\(directory)/access.log"
    // Somebody else may take the port before nginx does.
    for _ in 0..<5 {
      let port = try FreePort.next()
      try Files.write(
        Self.configuration(root, directory, log, "\(address):\(port)"), to: "\(directory)/conf")
      let process = try Command(
        "nginx", "-e", "stderr", "-p", directory, "-c", "\(directory)/conf"
      ).start()
      if Self.waits(for: process, on: port, of: address) {
        self.process = process
        url = "http://\(address):\(port)/"
        return
      }
      process.signal(SIGKILL)
      _ = try process.wait()
    }
    throw FixtureError("nginx does not start")
  }

  private static func waits(
    for process: RunningCommand, on port: UInt16, of address: String
  ) -> Bool {
    for _ in 0..<1000 {
      if process.errorsSoFar.contains("[emerg]") { return false }
      if FreePort.answers(port, of: address) { return true }
      usleep(10_000)
    }
    return false
  }

  private static func configuration(
    _ root: String, _ directory: String, _ log: String, _ place: String
  ) -> String {
    let places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map { "\($0)_temp_path \(directory)/temporary;" }.joined(separator: " ")
    return """
      daemon off;
      master_process off;
      pid \(directory)/pid;
      events { worker_connections 512; }
      http {
        \(places)
        log_format columns escape=none '$status\\t$body_bytes_sent\\t$uri\\t$http_user_agent';
        access_log \(log) columns;
        server { listen \(place); root \(root); }
      }

      """
  }

  /// What it answered so far.
  func requests() throws -> [Request] {
    try Files.text(log).split(separator: "\n").compactMap { line in
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard columns.count == 4, let status = Int(columns[0]), let bytes = Int(columns[1])
      else { return nil }
      return Request(
        path: String(columns[2].dropFirst()), status: status, bytes: bytes, agent: columns[3])
    }
  }

  deinit {
    process.signal(SIGTERM)
    _ = try? process.wait(within: .seconds(30))
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation

/// python3-libtorrent, by Programs/bittorrent.py.
enum Libtorrent {
  static let program = "\(AptClient.repository)/Tests/Interop/Programs/bittorrent.py"

  /// The name and version for the table.
  static func version() throws -> String {
    let output = try Command(
      "/usr/bin/python3", "-c", "import libtorrent; print(libtorrent.version)"
    ).check()
    // The last of four numbers has always been 0.
    let numbers = String(decoding: output, as: UTF8.self).split { $0 == "." || $0 == "\n" }
    return "libtorrent \(numbers.prefix(3).joined(separator: "."))"
  }

  /// The info hashes of a torrent, in hexadecimal; the second is whole.
  struct Hashes: Codable, Hashable {
    var v1: String?
    var v2: String?
  }

  /// What an object says.
  struct Description: Codable {
    struct File: Codable, Hashable {
      let path: String
      let size: Int
    }

    /// Why it is refused; all others are nil then.
    var error: String?
    var hashes: Hashes?
    var name: String?
    var pieceSize: Int?
    var pieceCount: Int?
    /// Without padding.
    var files: [File]?
    var webSeeds: [String]?
    var trackers: [String]?
    /// The info dictionary, byte for byte, in hexadecimal.
    var info: String?
    /// Piece layers by root.
    var layers: [String: String]?
  }

  /// A torrent that libtorrent is to make of files on disk.
  struct Creation: Codable {
    var paths: [String]
    var directory: String
    var form: String
    var pieceSize = ObjectArchive.pieceSize
    var output: String
  }

  /// A torrent to fetch or to serve.
  struct Job: Codable {
    /// Its file; a magnet link, to fetch.
    var torrent: String
    var directory: String
    /// To listen on.
    var port: UInt16?
    /// To call.
    var callees: [UInt16]?
    /// In seconds.
    var limit: Double?
    /// Torrents that the session has already, complete.
    var older: [Job]?
  }

  /// What became of a download.
  struct Download: Codable {
    let loads: Bool
    let finishes: Bool
    let note: String
  }

  /// What torrents and magnet links say, in their order.
  static func describe(_ objects: [String]) throws -> [Description] {
    try ask("describe", objects.map { ["object": $0] })
  }

  static func create(_ torrents: [Creation]) throws {
    let answers: [Description] = try ask("create", torrents)
    for answer in answers {
      if let error = answer.error { throw FixtureError("libtorrent: \(error)") }
    }
  }

  /// Fetches all of them at the same time, each in a session of its own; waits when called again.
  static func download(_ jobs: [Job]) throws -> () throws -> [Download] {
    let running = try command("download", jobs).start()
    let limit = Duration.seconds((jobs.compactMap(\.limit).max() ?? 0) + 60)
    return {
      let outcome = try running.wait(within: limit)
      guard outcome.status == 0 else { throw FixtureError("libtorrent: \(outcome)") }
      return try JSONDecoder().decode([Download].self, from: Data(outcome.bytes))
    }
  }

  /// Serves torrents, and calls those who are to have them, until it is told to end or this process
  /// does.
  static func seed(_ jobs: [Job]) throws -> RunningCommand {
    let running = try command("seed", jobs).start()
    for _ in 0..<3000 {
      if running.errorsSoFar.contains("seeding") { return running }
      usleep(10_000)
    }
    running.signal(SIGKILL)
    let outcome = try running.wait()
    throw FixtureError("libtorrent does not seed: \(outcome)")
  }

  private static func command(_ name: String, _ jobs: some Encodable) throws -> Command {
    // libtorrent takes the names of files for what the locale says.
    Command(
      ["/usr/bin/python3", program, name], environment: ["LC_ALL": "C.UTF-8"],
      input: Array(try JSONEncoder().encode(jobs)))
  }

  private static func ask<Answer: Decodable>(
    _ name: String, _ jobs: some Encodable
  ) throws -> [Answer] {
    let output = try command(name, jobs).check()
    return try JSONDecoder().decode([Answer].self, from: Data(output))
  }
}

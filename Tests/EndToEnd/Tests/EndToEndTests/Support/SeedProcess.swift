// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// `archive-tool seed` on free loopback ports, until this object goes.
final class SeedProcess {
  let url: String
  let admin: String
  /// Where it speaks HTTPS.
  var secureURL: String {
    get throws {
      let begin = "listening on https://"
      for line in errors.split(separator: "\n") where line.hasPrefix(begin) {
        return "https://\(line.dropFirst(begin.count))"
      }
      throw FixtureError("the seeder does not speak HTTPS: \(errors)")
    }
  }
  private let process: RunningCommand
  /// Stays while it is served.
  private let archive: ArchiveFixture

  init(_ archive: ArchiveFixture, _ arguments: String...) throws {
    self.archive = archive
    process = try Tool.command(
      [
        "seed", "--config", archive.configuration, "--http", "127.0.0.1:0", "--admin",
        "127.0.0.1:0",
      ] + arguments
    ).start()
    let lines = try Self.lines(of: process)
    url = lines.url
    admin = lines.admin
  }

  private static func lines(of process: RunningCommand) throws -> (url: String, admin: String) {
    for _ in 0..<3000 {
      let lines = process.errorsSoFar.split(separator: "\n")
      func value(_ begin: String) -> String? {
        lines.first { $0.hasPrefix(begin) }.map { String($0.dropFirst(begin.count)) }
      }
      if let url = value("listening on "), let admin = value("admin on ") { return (url, admin) }
      usleep(10_000)
    }
    process.signal(SIGKILL)
    throw FixtureError("the seeder does not say where it listens: \(process.errorsSoFar)")
  }

  var errors: String { process.errorsSoFar }

  /// Sends a signal.
  func signal(_ number: Int32) { process.signal(number) }

  /// Ends it as a service manager does.
  func stop() throws -> Outcome {
    process.signal(SIGTERM)
    return try process.wait(within: .seconds(60))
  }

  /// What curl is told; `arguments` come before the URL.
  func get(_ path: String, _ arguments: String...) throws -> Reply {
    try Reply(Self.curl(["-i", "-g"] + arguments + ["\(url)/\(path)"]))
  }

  /// What the admin listener says.
  func status(_ path: String) throws -> Reply { try Reply(Self.curl(["-i", "\(admin)/\(path)"])) }

  static func curl(_ arguments: [String]) throws -> [UInt8] {
    try Command(["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "60"] + arguments).check()
  }

  /// Asks again until `isDone`, for what a daemon does in the background.
  func wait(
    for path: String, _ arguments: String..., until isDone: (Reply) -> Bool
  ) throws -> Reply {
    for _ in 0..<1000 {
      let reply = try Reply(Self.curl(["-i", "-g"] + arguments + ["\(url)/\(path)"]))
      if isDone(reply) { return reply }
      usleep(50_000)
    }
    throw FixtureError("\(path) does not become what it should: \(errors)")
  }

  /// Waits until the ledger's files are known.
  func waitForCatalog() throws {
    for _ in 0..<1000 {
      let page = try status("metrics").text
      if !page.contains("archive_tool_catalog_files 0\n") { return }
      usleep(20_000)
    }
    throw FixtureError("the ledger is not read: \(errors)")
  }

  deinit {
    process.signal(SIGKILL)
    _ = try? process.wait(within: .seconds(5))
  }
}

/// A response as `curl -i` prints it.
struct Reply {
  let status: Int
  let fields: [String: String]
  let content: [UInt8]

  var text: String { String(decoding: content, as: UTF8.self) }

  subscript(name: String) -> String? { fields[name.lowercased()] }

  init(_ output: [UInt8]) throws {
    let end = Array("\r\n\r\n".utf8)
    var position = 0
    while position + 4 <= output.count, !output[position..<position + 4].elementsEqual(end) {
      position += 1
    }
    let lines = String(decoding: output[..<min(position, output.count)], as: UTF8.self)
      .replacing("\r\n", "\n").split(separator: "\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count > 1, let status = Int(words[1]), position + 4 <= output.count else {
      throw FixtureError("no response: \(String(decoding: output.prefix(200), as: UTF8.self))")
    }
    self.status = status
    fields = Dictionary(
      lines.dropFirst().compactMap { line in
        line.firstIndex(of: ":").map {
          (line[..<$0].lowercased(), String(line[line.index($0, offsetBy: 2)...]))
        }
      }, uniquingKeysWith: { "\($0), \($1)" })
    content = Array(output[(position + 4)...])
  }
}

/// One frame of a stream of pieces.
struct Frame: Equatable {
  let number: UInt32
  let status: UInt16
  let bytes: [UInt8]

  /// Reads docs/protocol.md's frames.
  static func all(in stream: [UInt8]) throws -> [Frame] {
    var frames: [Frame] = []
    var rest = stream[...]
    while !rest.isEmpty {
      guard rest.count >= 16 else { throw FixtureError("half a frame") }
      func number(_ range: Range<Int>) -> UInt64 {
        rest.dropFirst(range.lowerBound).prefix(range.count).reduce(0) { $0 << 8 | UInt64($1) }
      }
      let length = Int(number(8..<16))
      guard number(6..<8) == 0, rest.count >= 16 + length else { throw FixtureError("cut short") }
      frames.append(
        Frame(
          number: UInt32(number(0..<4)), status: UInt16(number(4..<6)),
          bytes: Array(rest.dropFirst(16).prefix(length))))
      rest = rest.dropFirst(16 + length)
    }
    return frames
  }
}

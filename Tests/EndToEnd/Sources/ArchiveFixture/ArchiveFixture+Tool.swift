// SPDX-License-Identifier: Apache-2.0

internal import Foundation

/// The built program.
public enum Tool {
  /// From ARCHIVE_TOOL, or the debug build of the repository that this file is in.
  public static let path: String = {
    if let path = ProcessInfo.processInfo.environment["ARCHIVE_TOOL"], !path.isEmpty { return path }
    let steps = "Tests/EndToEnd/Sources/ArchiveFixture/ArchiveFixture+Tool.swift"
    return "\(#filePath.dropLast(steps.count)).build/debug/archive-tool"
  }()

  /// A command of the program.
  public static func command(_ arguments: [String]) throws -> Command {
    guard Files.exists(path) else {
      throw FixtureError("no \(path): build it, or name one by ARCHIVE_TOOL")
    }
    return Command([path] + arguments, environment: ["GNUPGHOME": try Keys.shared().home])
  }
}

/// The points at which a debug build can be made to die.
public enum Step: String, CaseIterable, Sendable {
  case remembered
  case generationBegun = "generation-begun"
  case numbered
  case indicesWritten = "indices-written"
  case membersCommitted = "members-committed"
  case piecesWritten = "pieces-written"
  /// Only where a policy asks for objects.
  case objectsWritten = "objects-written"
  case released, staged, swapped, recorded, pruned
}

extension ArchiveFixture {
  /// `archive-tool hash` with this archive's configuration and `arguments`, not yet run.
  public func hashCommand(_ arguments: [String] = []) throws -> Command {
    try Tool.command(["hash", "--config", configuration] + arguments)
  }

  /// Runs `archive-tool hash`.
  public func hash(_ arguments: String...) throws -> Outcome { try hashCommand(arguments).run() }

  /// Runs `archive-tool hash` and has it die at a step.
  public func hash(dyingAt step: Step, _ arguments: String...) throws -> Outcome {
    var command = try hashCommand(arguments)
    command.environment["ARCHIVE_TOOL_KILL_AT"] = step.rawValue
    return try command.run()
  }

  /// What is in the ledger of torrents and numbers, one line a record, in order.
  ///
  /// - Throws: `FixtureError` where there is no ledger.
  public func numbers() throws -> [String] {
    try query(
      """
      SELECT 'torrent', architecture, generation, hex(torrent_id), base, floor, next, live,
        superseded FROM torrent
      UNION ALL
      SELECT 'number', torrent.architecture, torrent.generation, hex(content.sha256),
        content.size, number.first, number.count, number.retired, content.first_release
      FROM number JOIN torrent ON torrent.id = number.torrent
      JOIN content ON content.id = number.content
      ORDER BY 1, 2, 3, 6, 4
      """)
  }

  /// Rows of the ledger, the columns separated by bars; the ledger is a copy, so nothing changes.
  public func query(_ sql: String) throws -> [String] {
    guard Files.exists("\(state)/ledger.sqlite") else {
      throw FixtureError("no ledger in \(state)")
    }
    let copy = try Scratch.directory("ledger")
    defer { Scratch.remove(copy) }
    for name in Files.names(in: state) where name.hasPrefix("ledger.sqlite") {
      try Command("cp", "\(state)/\(name)", copy).check()
    }
    let script = """
      import sqlite3, sys
      for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
          print("|".join("" if value is None else str(value) for value in row))
      """
    let output = try Command("/usr/bin/python3", "-c", script, "\(copy)/ledger.sqlite", sql).check()
    return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}

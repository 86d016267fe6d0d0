// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a program that is not ours does with a database: Python's SQLite.
private func python(_ script: String, _ arguments: String...) throws -> [UInt8] {
  let command = ["python3", "-c", "import sqlite3, sys\n\(script)"] + arguments
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = command
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ToolFailure(command: command, status: process.terminationStatus)
  }
  return [UInt8](output)
}

struct ToolFailure: Error {
  let command: [String]
  let status: Int32
}

/// Executes `sql` on the database at `path`.
func execute(_ sql: String, in path: String) throws {
  let script = """
    database = sqlite3.connect(sys.argv[1])
    database.executescript(sys.argv[2])
    database.close()
    """
  _ = try python(script, path, sql)
}

/// All that the database at `path` holds, as SQL.
func dump(_ path: String) throws -> String {
  let script = """
    database = sqlite3.connect(sys.argv[1])
    print("\\n".join(database.iterdump()))
    """
  return String(decoding: try python(script, path), as: UTF8.self)
}

// SPDX-License-Identifier: Apache-2.0

import Foundation

struct ToolFailure: Error {
  let command: [String]
  let status: Int32
}

/// What `command` writes when it reads `input`.
///
/// - Throws: `ToolFailure` unless it ends with 0.
@discardableResult
func output(
  of command: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws -> [UInt8] {
  let scratch = try ScratchDirectory()
  try scratch.write(input, to: "input")
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = command
  process.environment = ProcessInfo.processInfo.environment
    .merging(["LC_ALL": "C"]) { $1 }.merging(environment) { $1 }
  process.standardInput = FileHandle(forReadingAtPath: scratch.path("input"))
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ToolFailure(command: command, status: process.terminationStatus)
  }
  return [UInt8](data)
}

// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A directory of its own, removed when its owner goes.
final class ScratchDirectory: Sendable {
  let path: String

  init() throws {
    var template = Array((NSTemporaryDirectory() + "/parser-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw ToolFailure(command: ["mkdtemp"], status: errno) }
    path = template.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? ""
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes `bytes` to a file of the directory and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(self.path)/\(name)"
    // Foundation would wait for the disk.
    guard let stream = fopen(path, "w") else { throw ToolFailure(command: [path], status: errno) }
    let count = fwrite(bytes, 1, bytes.count, stream)
    guard fclose(stream) == 0, count == bytes.count else {
      throw ToolFailure(command: [path], status: errno)
    }
    return path
  }
}

struct ToolFailure: Error {
  let command: [String]
  let status: Int32
}

/// What `command` writes when it reads `input`.
///
/// - Throws: `ToolFailure` unless it ends with 0.
func output(
  of command: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws -> [UInt8] {
  let scratch = try ScratchDirectory()
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
  process.arguments = command
  process.environment = ProcessInfo.processInfo.environment
    .merging(["LC_ALL": "C"]) { $1 }.merging(environment) { $1 }
  process.standardInput = FileHandle(forReadingAtPath: try scratch.file("input", input))
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = FileHandle.nullDevice
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw ToolFailure(command: command, status: process.terminationStatus)
  }
  return Array(data)
}

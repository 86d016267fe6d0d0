// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What curl received: the last response's status line, fields and content.
struct CurlReply {
  let status: Int
  let fields: [String: String]
  let content: Data

  var text: String { String(decoding: content, as: UTF8.self) }

  subscript(field: String) -> String? { fields[field.lowercased()] }

  /// Splits what `curl -i` prints.
  init(_ output: Data) throws {
    guard let end = output.range(of: Data("\r\n\r\n".utf8)) else {
      throw CurlFailure(message: "no header section in \(output)")
    }
    var lines = String(decoding: output[..<end.lowerBound], as: UTF8.self)
      .components(separatedBy: "\r\n")
    let words = lines.removeFirst().split(separator: " ")
    status = words.count > 1 ? Int(words[1]) ?? 0 : 0
    let pairs = lines.map { line in
      let halves = line.split(separator: ":", maxSplits: 1)
      let value = halves.count > 1 ? halves[1].trimmingCharacters(in: .whitespaces) : ""
      return (halves.first.map { $0.lowercased() } ?? "", value)
    }
    fields = Dictionary(pairs) { first, second in "\(first), \(second)" }
    content = Data(output[end.upperBound...])
  }
}

struct CurlFailure: Error { let message: String }

/// One request; `arguments` come before the URL.
func curl(_ arguments: String..., url: String) async throws -> CurlReply {
  try CurlReply(await curlOutput(["-i"] + arguments + [url]))
}

/// Runs curl and returns its output; a test fails when it cannot, also for want of curl.
func curlOutput(_ arguments: [String]) async throws -> Data {
  try await offPool {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Neither the user's configuration nor a proxy may come in between.
    process.arguments =
      ["curl", "-q", "-sS", "--noproxy", "*", "--max-time", "30"] + arguments
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw CurlFailure(message: "curl \(arguments) ended with \(process.terminationStatus)")
    }
    return bytes
  }
}

/// Runs what blocks on a thread of its own: a pool would let tests wait for one another.
func offPool<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
  }
}

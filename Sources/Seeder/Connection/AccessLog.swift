// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Dispatch
private import Glibc
internal import HTTPMessages
internal import Synchronization

/// The file that requests are logged to; lines of several event loops are written whole.
final class AccessLog: Sendable {
  private let path: String
  private let file: Mutex<Descriptor>
  private let queue = DispatchQueue(label: "access-log")
  private let lost = Mutex<String?>(nil)

  /// Opens `path` for appending, made when it is missing.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened.
  init(path: String) throws(ArchiveError) {
    self.path = path
    file = Mutex(try Self.open(path))
  }

  private static func open(_ path: String) throws(ArchiveError) -> Descriptor {
    try Descriptor.open(path, O_WRONLY | O_APPEND | O_CREAT, mode: 0o640)
  }

  /// Appends `lines` soon. What cannot be written is lost: a full disk must not stop the service.
  func write(_ lines: [UInt8]) {
    queue.async {
      let failure = self.file.withLock { file -> String? in
        do throws(ArchiveError) { try file.write(lines) } catch { return "\(error)" }
        return nil
      }
      self.lost.withLock { $0 = failure }
    }
  }

  /// Why the last lines could not be written; nil where they were.
  var failure: String? { lost.withLock { $0 } }

  /// Opens the file anew, for a log that was rotated away; without success the old one stays.
  func reopen() {
    queue.async {
      guard let fresh = try? Self.open(self.path) else { return }
      self.replace(fresh)
    }
  }

  private func replace(_ fresh: consuming Descriptor) {
    var fresh: Descriptor? = fresh
    file.withLock { file in
      if let new = fresh.take() { file = new }
    }
  }

  /// Returns when what was given before is written.
  func flush() { queue.sync {} }
}

/// One request in the combined format, as web servers have it.
struct LogEntry {
  var address: String
  var requestLine: [UInt8]
  var status: UInt16
  var bytes: UInt64
  var referer: [UInt8]
  var agent: [UInt8]

  /// Appends `address - - [date] "request" status bytes "referer" "agent"`.
  func append(to output: inout [UInt8], date: HTTPDate) {
    output += Array("\(address) - - [\(date.logged)] \"".utf8)
    Self.escape(requestLine, to: &output)
    output += Array("\" \(status) \(bytes) \"".utf8)
    Self.escape(referer.isEmpty ? [0x2D] : referer, to: &output)
    output += Array("\" \"".utf8)
    Self.escape(agent.isEmpty ? [0x2D] : agent, to: &output)
    output += Array("\"\n".utf8)
  }

  /// Nobody outside can forge a line, or send an escape sequence to the operator's terminal.
  private static func escape(_ text: [UInt8], to output: inout [UInt8]) {
    for byte in text {
      switch byte {
      case 0x22, 0x5C, 0..<0x20, 0x7F...0xFF:
        output += [0x5C, 0x78]
        Hex.append([byte], to: &output)
      default: output.append(byte)
      }
    }
  }
}

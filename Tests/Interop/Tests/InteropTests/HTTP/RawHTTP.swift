// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// One request by a socket of its own, byte for byte as it is written.
enum RawHTTP {
  /// Sends a request head and returns all that comes until the server ends the connection.
  static func exchange(_ head: String, with server: String) throws -> [UInt8] {
    let socket = try connect(to: server)
    defer { close(socket) }
    try send(Array(head.utf8), to: socket)
    var received: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = recv(socket, &part, part.count, 0)
      guard count >= 0 else { throw FixtureError("\(server): \(String(cString: strerror(errno)))") }
      if count == 0 { return received }
      received += part[..<count]
    }
  }

  /// Connects to `http://ADDRESS:PORT`, with or without `/` at its end.
  private static func connect(to server: String) throws -> Int32 {
    let parts = server.split { $0 == ":" || $0 == "/" }
    guard parts.count == 3, let port = UInt16(parts[2]) else {
      throw FixtureError("no address: \(server)")
    }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = inet_addr(String(parts[1]))
    // Long enough for a loaded machine; a server that says nothing at all fails the test.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let failure = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard failure == 0 else {
      close(descriptor)
      throw FixtureError("\(server): \(String(cString: strerror(errno)))")
    }
    return descriptor
  }

  private static func send(_ bytes: [UInt8], to socket: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw FixtureError("send: \(String(cString: strerror(errno)))") }
      rest = rest.dropFirst(count)
    }
  }
}

/// A response, as it came.
struct RawResponse {
  let status: Int
  /// Names in lower case.
  let fields: [(name: String, value: String)]
  let content: [UInt8]

  subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  init(_ bytes: [UInt8]) throws {
    guard let (head, content) = bytes[...].split(at: "\r\n\r\n") else {
      throw FixtureError("no response: \(String(decoding: bytes.prefix(200), as: UTF8.self))")
    }
    let lines = String(decoding: head, as: UTF8.self).replacing("\r\n", "\n").split(separator: "\n")
    let words = (lines.first ?? "").split(separator: " ", maxSplits: 2)
    guard words.count > 1, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
      throw FixtureError("no status line: \(lines.first ?? "")")
    }
    self.status = status
    fields = try Self.fields(lines.dropFirst())
    self.content = Array(content)
  }

  /// Reads lines of `name: value`.
  static func fields(_ lines: some Sequence<Substring>) throws -> [(name: String, value: String)] {
    try lines.map { line in
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { throw FixtureError("no field: \(line)") }
      return (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
    }
  }
}

extension ArraySlice<UInt8> {
  /// What stands before the first `mark`, and after it; nil where there is none.
  func split(at mark: String) -> (before: ArraySlice, after: ArraySlice)? {
    let mark = Array(mark.utf8)
    var position = startIndex
    while endIndex - position >= mark.count {
      guard let next = self[position...].firstIndex(of: mark[0]) else { return nil }
      if self[next...].starts(with: mark) {
        return (self[startIndex..<next], self[(next + mark.count)...])
      }
      position = next + 1
    }
    return nil
  }
}

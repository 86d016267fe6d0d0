// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Glibc
import Tracker

/// A socket of the test's own.
final class Client {
  private let number: CInt

  struct Failure: Error {}

  /// Connects to `endpoint`, over TCP or UDP.
  init(_ endpoint: Endpoint, isDatagram: Bool) throws {
    let type = isDatagram ? SOCK_DGRAM : SOCK_STREAM
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST
    hints.ai_socktype = Int32(type.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    let host = endpoint.address.description == "0.0.0.0" ? "127.0.0.1" : "\(endpoint.address)"
    guard getaddrinfo(host, "\(endpoint.port)", &hints, &found) == 0, let address = found else {
      throw Failure()
    }
    defer { freeaddrinfo(address) }
    number = socket(address.pointee.ai_family, Int32(type.rawValue), 0)
    // A tracker that does not answer is a failure, and not an endless test.
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(number, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard connect(number, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 else {
      throw Failure()
    }
  }

  deinit { close(number) }

  func send(_ bytes: [UInt8]) { _ = Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// What comes next; empty at the end.
  func receive() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = recv(number, &buffer, buffer.count, 0)
    guard count >= 0 else { throw Failure() }
    return Array(buffer.prefix(count))
  }

  /// All that comes until the other end closes.
  func receiveAll() throws -> String {
    var all: [UInt8] = []
    while true {
      let more = try receive()
      if more.isEmpty { return String(decoding: all, as: UTF8.self) }
      all += more
    }
  }
}

// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Glibc

/// A TCP connection for what no proper client sends.
final class RawConnection: Sendable {
  private let number: CInt

  /// Connects to 127.0.0.1.
  init(port: UInt16) throws {
    number = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    // No test waits longer than this for a byte.
    var timeout = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      number, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafeBytes(of: &address) { bytes in
      connect(
        number, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
    }
    guard result == 0 else { throw ArchiveError.system(errno, "connect", "port \(port)") }
  }

  deinit { close(number) }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(number, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ArchiveError.system(errno, "send", "socket") }
      rest = rest.dropFirst(count)
    }
  }

  /// Says that nothing more will be sent.
  func finishSending() { shutdown(number, CInt(SHUT_WR)) }

  /// Up to `limit` bytes; empty at the end of the connection, also when it is reset.
  ///
  /// - Throws: when nothing comes for 20 s.
  func receive(upTo limit: Int = 65536) async throws -> Data {
    try await offPool { [self] in
      var buffer = [UInt8](repeating: 0, count: limit)
      let count = recv(number, &buffer, limit, 0)
      if count < 0, errno == ECONNRESET { return Data() }
      guard count >= 0 else { throw ArchiveError.system(errno, "receive", "socket") }
      return Data(buffer[..<count])
    }
  }

  /// Everything until the end of the connection.
  func receiveAll() async throws -> Data {
    var all = Data()
    while true {
      let bytes = try await receive()
      if bytes.isEmpty { return all }
      all += bytes
    }
  }
}

extension Data {
  /// The status codes of the responses, in their order.
  var statuses: [String] {
    String(decoding: self, as: UTF8.self).components(separatedBy: "HTTP/1.1 ").dropFirst().map {
      String($0.prefix(3))
    }
  }
}

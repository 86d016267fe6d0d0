// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Synchronization

/// Ports of 127.0.0.1, for a program that is told one and does not say which it chose.
enum LoopbackPort {
  private static let given = Mutex<Set<UInt16>>([])

  /// One that is free, and is nobody's own choice before it is used: the system gives those of its
  /// range (ip_local_port_range, from 32768) to connections and to whoever asks for port 0.
  static func free() throws -> UInt16 {
    for _ in 0..<1000 {
      let port = UInt16.random(in: 10_000..<32_000)
      guard given.withLock({ $0.insert(port).inserted }) else { continue }
      if try canBeBound(port) { return port }
    }
    throw FixtureError("no free port")
  }

  private static func canBeBound(_ port: UInt16) throws -> Bool {
    try withSocket { descriptor in
      var address = loopback(port: port)
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
  }

  /// Whether somebody listens on it.
  static func answers(_ port: UInt16) -> Bool {
    let answers = try? withSocket { descriptor in
      var address = loopback(port: port)
      return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
    }
    return answers ?? false
  }

  private static func withSocket<T>(_ body: (Int32) throws -> T) throws -> T {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw FixtureError("no socket") }
    defer { close(descriptor) }
    return try body(descriptor)
  }

  private static func loopback(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
  }
}

// SPDX-License-Identifier: Apache-2.0

private import Glibc
private import Synchronization

/// Ports of the loopback interface, for programs that cannot be told to choose one.
public enum FreePort {
  // Below those that Linux takes by itself, for connections and for whoever asks for port 0.
  private static let range: Range<UInt16> = 12_000..<32_000
  private static let last = Mutex(UInt16.random(in: range))

  /// One that nobody listens on just now, and nobody in this process was given before.
  public static func next() throws -> UInt16 {
    try last.withLock { last in
      for _ in range {
        last = last + 1 < range.upperBound ? last + 1 : range.lowerBound
        if isFree(last) { return last }
      }
      throw FixtureError("no free port")
    }
  }

  private static func isFree(_ port: UInt16) -> Bool {
    // Programs may listen on all addresses.
    succeeds(Glibc.bind, port, INADDR_ANY)
  }

  /// Whether somebody listens on it.
  public static func answers(_ port: UInt16, of host: String = "127.0.0.1") -> Bool {
    succeeds(Glibc.connect, port, inet_addr(host))
  }

  /// Whether a new socket can be bound, or connected, to an address, which is in network order.
  private static func succeeds(
    _ call: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ port: UInt16,
    _ host: in_addr_t
  ) -> Bool {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
  }
}
